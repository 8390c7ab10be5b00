"""Names that cannot be parameters."""


def count(cursor, model, table, column):
    cursor.execute(f"SELECT count(*) FROM {model.Meta.table}")
    cursor.execute(f"SELECT count({column}) FROM {table}")
    return cursor.run("anything {}".format(column))
