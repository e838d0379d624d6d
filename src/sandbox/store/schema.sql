-- The account. Keys of entities are their names in lower case, because names are unique without regard to case.
-- Times are seconds since 1970, UTC. Documents are kept as they were given.

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE user (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    boundary TEXT,
    password_last_used INTEGER
) WITHOUT ROWID;

CREATE TABLE "group" (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE member (
    "group" TEXT NOT NULL REFERENCES "group"(key) ON UPDATE CASCADE,
    user TEXT NOT NULL REFERENCES user(key) ON UPDATE CASCADE,
    PRIMARY KEY ("group", user)
) WITHOUT ROWID;
CREATE INDEX member_user ON member(user);

CREATE TABLE role (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    trust TEXT NOT NULL,
    description TEXT,
    max_session INTEGER NOT NULL,
    boundary TEXT,
    last_used INTEGER,
    last_region TEXT,
    -- The service that a service-linked role belongs to.
    service TEXT
) WITHOUT ROWID;

CREATE TABLE instance_profile (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    role TEXT REFERENCES role(key) ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE INDEX instance_profile_role ON instance_profile(role);

-- The account's own managed policies; those of AWS are not stored.
CREATE TABLE policy (
    arn TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    description TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    default_version INTEGER NOT NULL,
    next_version INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE policy_version (
    arn TEXT NOT NULL REFERENCES policy(arn) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (arn, version)
) WITHOUT ROWID;

-- kind: user, group, role; owner: the entity's key; arn: a managed policy of the account or of AWS.
CREATE TABLE attachment (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    arn TEXT NOT NULL,
    PRIMARY KEY (kind, owner, arn)
) WITHOUT ROWID;
CREATE INDEX attachment_arn ON attachment(arn);

CREATE TABLE inline_policy (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, owner, name)
) WITHOUT ROWID;

-- kind: user, role, policy, instance-profile, mfa, oidc, saml, server-certificate; owner: key, ARN or serial
-- number; key is the tag's key in lower case, name the key as it was given.
CREATE TABLE tag (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, owner, key)
) WITHOUT ROWID;

-- user is the user's key; NULL for keys of the root user.
CREATE TABLE access_key (
    id TEXT PRIMARY KEY,
    user TEXT REFERENCES user(key) ON UPDATE CASCADE,
    secret TEXT NOT NULL,
    active INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_used INTEGER,
    last_service TEXT,
    last_region TEXT
) WITHOUT ROWID;
CREATE INDEX access_key_user ON access_key(user);

-- Temporary keys. kind: role, federated, session; owner: the key of the role or user, NULL for the root user;
-- facts: what the session brings along, as JSON.
CREATE TABLE session (
    id TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    token TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT,
    -- The unique id of the owner when the session began: a new role of the same name is another one.
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    facts TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_expires ON session(expires);

CREATE TABLE login_profile (
    user TEXT PRIMARY KEY REFERENCES user(key) ON UPDATE CASCADE,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    reset_required INTEGER NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
) WITHOUT ROWID;

-- Passwords that a user had before, for the policy that forbids to take one again.
CREATE TABLE old_password (
    user TEXT NOT NULL REFERENCES user(key) ON UPDATE CASCADE ON DELETE CASCADE,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    replaced INTEGER NOT NULL
);
CREATE INDEX old_password_user ON old_password(user);

-- user is NULL while a device belongs to nobody, and '' for the root user.
CREATE TABLE mfa_device (
    serial TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    virtual INTEGER NOT NULL,
    seed BLOB NOT NULL,
    user TEXT,
    created INTEGER NOT NULL,
    enabled INTEGER,
    -- The last time step of which a code was taken: a code counts once.
    last_step INTEGER
) WITHOUT ROWID;
CREATE INDEX mfa_device_user ON mfa_device(user);

CREATE TABLE oidc_provider (
    arn TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    created INTEGER NOT NULL,
    -- Lists as JSON.
    clients TEXT NOT NULL,
    thumbprints TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE saml_provider (
    arn TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    uuid TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    encryption_mode TEXT,
    -- The private keys, as JSON: a list of {id, added, key}.
    private_keys TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE server_certificate (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    chain TEXT,
    private_key TEXT NOT NULL,
    uploaded INTEGER NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE signing_certificate (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES user(key) ON UPDATE CASCADE,
    body TEXT NOT NULL,
    active INTEGER NOT NULL,
    uploaded INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE ssh_key (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES user(key) ON UPDATE CASCADE,
    fingerprint TEXT NOT NULL,
    body TEXT NOT NULL,
    active INTEGER NOT NULL,
    uploaded INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE service_credential (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES user(key) ON UPDATE CASCADE,
    service TEXT NOT NULL,
    user_name TEXT,
    alias TEXT,
    secret TEXT NOT NULL,
    active INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER
) WITHOUT ROWID;

-- Which service an entity's allowed requests went to, for the last-accessed reports. arn: the entity's.
CREATE TABLE access (
    arn TEXT NOT NULL,
    service TEXT NOT NULL,
    action TEXT NOT NULL,
    at INTEGER NOT NULL,
    region TEXT NOT NULL,
    PRIMARY KEY (arn, service, action)
) WITHOUT ROWID;

-- Reports and deletions that are asked for first and fetched later, as JSON.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    facts TEXT NOT NULL
) WITHOUT ROWID;
