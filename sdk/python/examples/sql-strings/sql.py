"""What text is SQL."""

import re

# How statements begin, far enough not to take "select a file" or "update the docs" for one.
_STATEMENT = re.compile(
    r"""\s*(?:--[^\n]*\n\s*)*(?:
        (?-i:SELECT\b.*?\bFROM\b)
        | SELECT\s+(?:DISTINCT\s+)?[\w.*()]+(?:\s*,\s*[\w.*()]+)*\s+FROM\b
        | INSERT\s+(?:OR\s+\w+\s+)?INTO\b
        | REPLACE\s+INTO\b
        | UPDATE\s+\S+\s+SET\b
        | DELETE\s+FROM\b
        | MERGE\s+INTO\b
        | WITH\s+(?:RECURSIVE\s+)?\S+\s+AS\s*\(
        | (?:CREATE|ALTER|DROP)\s+(?:TEMP\w*\s+|UNIQUE\s+)?(?:TABLE|INDEX|VIEW|DATABASE|SCHEMA|ROLE|USER)\b
        | TRUNCATE\s+TABLE\b
        | (?:GRANT|REVOKE)\b.*?\bON\b
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def looks_like_sql(text: str) -> bool:
    """Whether a text begins like a statement."""
    return _STATEMENT.match(text) is not None
