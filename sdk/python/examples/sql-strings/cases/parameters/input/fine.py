"""Nothing here is built from values."""

TABLE = "users"


def find(cursor, name, count):
    cursor.execute("SELECT * FROM users WHERE name = %s", [name])
    cursor.execute("SELECT * " + "FROM users")
    cursor.execute("SELECT * FROM users LIMIT %d" % 10)
    print(f"select a file from {name}")
    print("update " + name)
    print("%d of %d" % (count, count + 1))
    return count + 1
