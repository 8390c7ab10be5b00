//! Addresses with a password in them.

use sdlc_sdk::Confidence;

use crate::judge::password;
use crate::rule::{Form, Rule, TOKEN};

/// What rules of addresses have in common: a password that may be one.
const ADDRESS: Rule = Rule {
    opens: "can read and change what the server holds, where they reach it",
    revoke: "change the password on the server",
    confidence: Confidence::Medium,
    entropy: 2.0,
    check: Some(password::is_used),
    ..TOKEN
};

pub(super) const RULES: [Rule; 9] = [
    Rule {
        id: "postgres-address",
        what: "PostgreSQL address with a password",
        keywords: &["postgres://", "postgresql://", "postgresql+"],
        expression: r"postgres(?:ql)?(?:\+[a-z0-9]+)?://[^\s:/@]{0,64}:([^\s/@:\x22']{3,128})@",
        finds: &[
            "DATABASE_URL=postgres://app:<b62:16>@db.internal/app",
            "'postgresql+psycopg2://app:<b62:12>7@10.0.0.5:5432/x'",
        ],
        passes: &["postgres://postgres:postgres@localhost/app", "postgresql://user:${PASSWORD}@db/app"],
        ..ADDRESS
    },
    Rule {
        id: "mysql-address",
        what: "MySQL address with a password",
        keywords: &["mysql://", "mysql+", "mysql2://", "mariadb://", "mariadb+"],
        expression: r"(?:mysql2?|mariadb)(?:\+[a-z0-9]+)?://[^\s:/@]{0,64}:([^\s/@:\x22']{3,128})@",
        finds: &["mysql://app:<b62:16>@db.internal/app", "'mysql+pymysql://app:<b62:12>7@10.0.0.5/x'"],
        passes: &["mysql://root:root@localhost/app", "mysql://user:{password}@db/app"],
        ..ADDRESS
    },
    Rule {
        id: "mongodb-address",
        what: "MongoDB address with a password",
        keywords: &["mongodb://", "mongodb+srv://"],
        expression: r"mongodb(?:\+srv)?://[^\s:/@]{0,64}:([^\s/@:\x22']{3,128})@",
        finds: &["mongodb+srv://app:<b62:16>@cluster0.example.mongodb.net/x", "'mongodb://app:<b62:12>7@10.0.0.5/x'"],
        passes: &["mongodb://admin:admin@localhost", "mongodb://<user>:<password>@db/app"],
        ..ADDRESS
    },
    Rule {
        id: "redis-address",
        what: "Redis address with a password",
        keywords: &["redis://", "rediss://"],
        expression: r"rediss?://[^\s:/@]{0,64}:([^\s/@:\x22']{3,128})@",
        finds: &["REDIS_URL=rediss://:<b62:32>@cache.internal:6379/0", "'redis://app:<b62:12>7@10.0.0.5'"],
        passes: &["redis://:password@localhost", "redis://:$REDIS@cache"],
        ..ADDRESS
    },
    Rule {
        id: "broker-address",
        what: "address of a message broker with a password",
        keywords: &["amqp://", "amqps://", "nats://", "mqtt://", "mqtts://", "kafka://"],
        expression: r"(?:amqps?|nats|mqtts?|kafka)://[^\s:/@]{0,64}:([^\s/@:\x22']{3,128})@",
        finds: &["amqps://app:<b62:16>@mq.internal/vhost", "'nats://app:<b62:12>7@10.0.0.5'"],
        passes: &["amqp://guest:guest@localhost", "amqp://user:%(password)s@mq"],
        ..ADDRESS
    },
    Rule {
        id: "sql-server-address",
        what: "SQL Server address with a password",
        keywords: &["mssql://", "mssql+", "sqlserver://", "oracle://", "oracle+"],
        expression: r"(?:mssql|sqlserver|oracle)(?:\+[a-z0-9_]+)?://[^\s:/@]{0,64}:([^\s/@:\x22']{3,128})@",
        finds: &["mssql+pyodbc://app:<b62:16>@db.internal/x", "'sqlserver://app:<b62:12>7@10.0.0.5'"],
        passes: &["mssql+pyodbc://scott:tiger@mydsn", "oracle://scott:tiger@localhost"],
        ..ADDRESS
    },
    Rule {
        id: "connection-string-password",
        what: "password in a connection string",
        form: Form::Around,
        keywords: &["Password=", "Pwd=", "password=", "PASSWORD=", "pwd="],
        expression: r"(?i)(?:server|host|data source|jdbc:[a-z]+)[=:][^\x22'\n]{1,160}[;?&](?:password|pwd)=([^\s;&\x22'<>]{6,128})",
        finds: &[
            "Server=db.internal;Database=x;User Id=app;Password=<b62:16>;",
            r#""jdbc:postgresql://db.internal/x?user=app&password=<b62:14>7""#,
        ],
        passes: &["Server=db;User Id=app;Password=${PASSWORD};", "Server=db;User Id=sa;Password=password;"],
        ..ADDRESS
    },
    Rule {
        id: "address-with-password",
        what: "address with a password",
        opens: "can sign in at the server as that user, where they reach it",
        form: Form::Around,
        keywords: &["://"],
        expression: r"\b[a-z][a-z0-9+]{1,15}://[A-Za-z0-9._%+-]{0,64}:([A-Za-z0-9._~!*&+=#^%-]{6,128})@[A-Za-z0-9\[]",
        finds: &["https://deploy:<b62:20>@git.internal/x.git", "url = 'ftp://deploy:<b62:12>7@files.internal/'"],
        passes: &["https://user:password@host/", "https://example.com:8080/@a", "http://a:${B}@host"],
        ..ADDRESS
    },
    Rule {
        id: "netrc-password",
        what: "password in a .netrc file",
        opens: "can sign in at the machine as that user",
        form: Form::Around,
        keywords: &["machine "],
        expression: r"machine [A-Za-z0-9.-]+\s+login \S+\s+password ([^\s\x22']{6,128})",
        finds: &[
            "machine git.internal login deploy password <b62:20>",
            "machine a.internal login b password <b62:12>7",
        ],
        passes: &["machine git.internal login deploy password $TOKEN", "machine learning password"],
        ..ADDRESS
    },
];
