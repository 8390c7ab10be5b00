"""Grüße: what is built."""


def find(cursor, name, limit):
    cursor.execute(f"SELECT * FROM users WHERE name = '{name}'")
    cursor.execute("SELECT * FROM users WHERE name = '%s'" % name)
    cursor.execute("SELECT * FROM users WHERE name = '" + name + "' LIMIT " + str(limit))
    cursor.execute("DELETE FROM users WHERE name = '{}'".format(name))
    grüße = "ä"; query = f"UPDATE users SET greeting = {grüße}"
    return query


def clause(name):
    where = "WHERE name = '" + name + "'"
    return ("INSERT INTO log " + where) + f" -- {name}"
