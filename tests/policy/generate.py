"""Writes policy questions, one JSON object a line, to stdout. Seeded: the same questions each time.

A question has the names of its group, principal, action, resource and account, the context, and the policies
by layer: identity (a list), boundary, session, limit, resource_policy. `want` is added by whoever settles it.
"""

import base64
import json
import random

random.seed(20_240_601)

OWN, OTHER = "123456789012", "210987654321"
USER = f"arn:aws:iam::{OWN}:user/alice"
ROLE = f"arn:aws:iam::{OWN}:role/reader"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/reader/one"
TARGETS = [
    ("s3:GetObject", "arn:aws:s3:::bucket/home/alice/notes.txt"),
    ("s3:PutObject", "arn:aws:s3:::bucket/a:b/c"),
    ("s3:ListBucket", "arn:aws:s3:::bucket"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:queue-1"),
    ("dynamodb:GetItem", f"arn:aws:dynamodb:eu-west-1:{OWN}:table/users"),
    ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{OWN}:function:resize"),
    ("iam:GetUser", f"arn:aws:iam::{OWN}:user/alice"),
]
SINGLE = ["aws:PrincipalTag/team", "aws:PrincipalTag/Level", "aws:PrincipalTag/cost-center"]
MANY = ["aws:PrincipalOrgPaths", "aws:CalledVia"]
pick, chance = random.choice, lambda share: random.random() < share
questions = []


def document(*statements, version="2012-10-17"):
    return {"Version": version, "Statement": list(statements)}


def statement(effect="Allow", action="*", resource="*", **more):
    parts = {"Effect": effect}
    if action is not None:
        parts["Action"] = action
    if resource is not None:
        parts["Resource"] = resource
    return {**parts, **more}


def ask(group, **parts):
    action, resource = pick(TARGETS)
    base = {"group": group, "principal": USER, "action": action, "resource": resource, "account": OWN, "context": {}}
    questions.append({**base, **parts})


def word():
    return "".join(random.choices("abcxyz", k=random.randint(2, 5)))


# The operators.


def strings():
    want = pick(["Red", "blue", "Green-1", "a b", "x/y:z"])
    return [want, "other-" + word()], [want], [want.swapcase() + "!", "no-" + word()]


def strings_ignoring_case():
    want = pick(["Red", "blue", "Green-One"])
    return [want], [want.swapcase(), want.upper()], [want + "s", "no-" + word()]


def strings_like():
    want, yes, no = pick(
        [
            ("r*d", ["red", "rd", "r/a/d"], ["redd", "Red"]),
            ("r?d", ["red", "rxd"], ["rd", "reed"]),
            ("*", ["red", "x"], []),
            ("a*b*c", ["abc", "axxbyyc"], ["ac", "abcd"]),
            ("??-*", ["ab-", "ab-cd"], ["a-b", "abc"]),
        ]
    )
    return [want], yes, no or [None]


def numbers(order):
    n = pick([0, 5, 10, 3.5, -2, 1000])
    yes = {"=": [n], "<": [n - 1, n - 0.5], "<=": [n, n - 1], ">": [n + 1, n + 0.5], ">=": [n, n + 1]}[order]
    no = {"=": [n + 1, n - 0.5], "<": [n, n + 1], "<=": [n + 1], ">": [n, n - 1], ">=": [n - 1]}[order]
    text = lambda numbers: [str(number) for number in numbers]
    return text([n]), text(yes), text(no)


def dates(order):
    early, same, late = pick(
        [
            ("2023-12-31T23:59:59Z", ["2024-01-01T00:00:00Z"], "2024-01-01T00:00:01Z"),
            ("2024-06-30T11:00:00Z", ["2024-06-30T12:00:00Z"], "2024-06-30T13:00:00Z"),
            ("1700000000", ["1700000001"], "1700000002"),
        ]
    )
    yes = {"=": same, "<": [early], "<=": [early, *same], ">": [late], ">=": [late, *same]}[order]
    no = {"=": [early, late], "<": [late, *same], "<=": [late], ">": [early, *same], ">=": [early]}[order]
    return same, yes, no


def booleans():
    want = pick(["true", "false"])
    return [want], [want], ["false" if want == "true" else "true"]


def binaries():
    encode = lambda text: base64.b64encode(text.encode()).decode()
    want = word()
    return [encode(want)], [encode(want)], [encode(want + "x")]


def addresses():
    return pick(
        [
            (["203.0.113.0/24"], ["203.0.113.9", "203.0.113.255"], ["203.0.114.1"]),
            (["10.0.0.0/8", "192.168.1.1/32"], ["10.200.3.4", "192.168.1.1"], ["11.0.0.1", "192.168.1.2"]),
            (["198.51.100.7"], ["198.51.100.7"], ["198.51.100.8"]),
            (["2001:db8:1234::/48"], ["2001:db8:1234::1", "2001:db8:1234:ffff::"], ["2001:db8:1235::1"]),
            (["0.0.0.0/0"], ["8.8.8.8"], ["2001:db8::1"]),
        ]
    )


def arns():
    return pick(
        [
            ([f"arn:aws:iam::{OWN}:role/*"], [f"arn:aws:iam::{OWN}:role/a/b"], [f"arn:aws:iam::{OWN}:user/a"]),
            (["arn:aws:sns:*:*:topic-?"], [f"arn:aws:sns:eu-west-1:{OWN}:topic-1"], ["arn:aws:sns:x:1:topic-10"]),
            (["arn:aws:s3:::bucket"], ["arn:aws:s3:::bucket"], ["arn:aws:s3:::Bucket", "arn:aws:s3:::bucket/a"]),
            ([f"arn:*:ec2:*:{OWN}:*"], [f"arn:aws:ec2:eu-west-1:{OWN}:instance/i-1"], [f"arn:aws:ec2:e:{OTHER}:x"]),
        ]
    )


OPERATORS = {
    "StringEquals": (strings, False),
    "StringNotEquals": (strings, True),
    "StringEqualsIgnoreCase": (strings_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (strings_ignoring_case, True),
    "StringLike": (strings_like, False),
    "StringNotLike": (strings_like, True),
    "NumericEquals": (lambda: numbers("="), False),
    "NumericNotEquals": (lambda: numbers("="), True),
    "NumericLessThan": (lambda: numbers("<"), False),
    "NumericLessThanEquals": (lambda: numbers("<="), False),
    "NumericGreaterThan": (lambda: numbers(">"), False),
    "NumericGreaterThanEquals": (lambda: numbers(">="), False),
    "DateEquals": (lambda: dates("="), False),
    "DateNotEquals": (lambda: dates("="), True),
    "DateLessThan": (lambda: dates("<"), False),
    "DateLessThanEquals": (lambda: dates("<="), False),
    "DateGreaterThan": (lambda: dates(">"), False),
    "DateGreaterThanEquals": (lambda: dates(">="), False),
    "Bool": (booleans, False),
    "BinaryEquals": (binaries, False),
    "IpAddress": (addresses, False),
    "NotIpAddress": (addresses, True),
    "ArnEquals": (arns, False),
    "ArnNotEquals": (arns, True),
    "ArnLike": (arns, False),
    "ArnNotLike": (arns, True),
}
FORMS = ["{}", "{}IfExists", "ForAllValues:{}", "ForAnyValue:{}", "ForAllValues:{}IfExists", "ForAnyValue:{}IfExists"]


def conditioned(group, condition, context):
    """The condition grants, or it takes away what another statement grants."""
    if chance(0.5):
        identity = [document(statement(Condition=condition))]
    else:
        identity = [document(statement(), statement("Deny", Condition=condition))]
    ask(group, identity=identity, context=context)


def values_for(form, case, yes, no, negated):
    if negated:
        yes, no = no, yes
    yes, no = [value for value in yes if value], [value for value in no if value]
    if not form.startswith("For"):
        values = yes if case == "match" else no
        return pick(values) if values else None
    if form.startswith("ForAllValues"):
        values = random.choices(yes, k=2) if case == "match" and yes else None
        mixed = [pick(no), *yes[:1]] if case == "no match" and no else None
    else:
        values = [pick(yes), *no[:1]] if case == "match" and yes else None
        mixed = random.choices(no, k=2) if case == "no match" and no else None
    return values or mixed


def operator_questions():
    for name, (values, negated) in OPERATORS.items():
        for form in FORMS:
            rounds = 5 if form in FORMS[:4] else 2
            for case in ["match", "no match", "missing"]:
                made = 0
                while made < rounds:
                    wanted, yes, no = values()
                    key = pick(MANY if form.startswith("For") else SINGLE)
                    found = None if case == "missing" else values_for(form, case, yes, no, negated)
                    if case != "missing" and found is None:
                        continue
                    made += 1
                    wanted = wanted[0] if len(wanted) == 1 and chance(0.5) else wanted
                    written = key.upper() if chance(0.1) else key
                    context = {} if found is None else {key: found}
                    conditioned(f"{form.format(name)} {case}", {form.format(name): {written: wanted}}, context)
    for form in ["Null", "ForAllValues:Null", "ForAnyValue:Null"]:
        key = pick(SINGLE) if form == "Null" else pick(MANY)
        for wanted, there in [("true", False), ("true", True), ("false", False), ("false", True)]:
            for _ in range(5):
                context = {key: "x" if form == "Null" else ["x"]} if there else {}
                conditioned(f"{form} {wanted} {'there' if there else 'missing'}", {form: {key: wanted}}, context)
    for _ in range(30):
        # Several operators and keys: all must hold.
        condition = {
            "StringEquals": {"aws:PrincipalTag/team": ["red", "blue"], "aws:PrincipalTag/Level": "5"},
            "NumericLessThan": {"aws:PrincipalTag/cost-center": "10"},
        }
        context = {
            "aws:PrincipalTag/team": pick(["red", "blue", "green"]),
            "aws:PrincipalTag/Level": pick(["5", "5", "5", "6"]),
            "aws:PrincipalTag/cost-center": pick(["9", "9", "10"]),
        }
        conditioned("several conditions", condition, context)


# Variables.


def variable_questions():
    home = "arn:aws:s3:::bucket/home/"
    get = {"action": "s3:GetObject"}
    for version in ["2012-10-17", "2008-10-17"]:
        for _ in range(20 if version == "2012-10-17" else 6):
            name = pick(["alice", "bob", "al*", "alice/notes.txt", "*"])
            pattern = pick(["${aws:username}/*", "${AWS:UserName}/notes.txt", "${aws:username}*", "${aws:nobody}/*"])
            policy = document(statement(action="s3:*", resource=home + pattern), version=version)
            ask(f"variable {version}", **get, resource=home + "alice/notes.txt", identity=[policy], context={"aws:username": name})
    for _ in range(25):
        pattern = pick(["${aws:PrincipalTag/team, 'alice'}/*", "${aws:PrincipalTag/team, 'b*'}/*", "${aws:PrincipalTag/team,'alice'}*"])
        context = pick([{}, {"aws:PrincipalTag/team": "alice"}, {"aws:PrincipalTag/team": "bob"}])
        ask("default", **get, resource=home + pick(["alice/x", "bob/x", "b*/x"]), identity=[document(statement(resource=home + pattern))], context=context)
    for _ in range(25):
        pattern, key = pick([("${*}", "*"), ("${?}", "?"), ("${$}", "$"), ("a${*}b", "axb")])
        ask("sign", **get, resource=home + pick([key, key, "x"]), identity=[document(statement(resource=home + pattern))])
    for _ in range(40):
        operator = pick(["StringEquals", "StringLike", "StringEqualsIgnoreCase", "StringNotEquals", "StringNotLike", "ArnLike"])
        value = pick(["${aws:username}", "${aws:username}", "${aws:nobody}", "x${aws:username}"])
        key, found = "aws:PrincipalTag/team", pick(["alice", "Alice", "xalice", "bob", "al*"])
        if operator == "ArnLike":
            value, found = f"arn:aws:iam::{OWN}:user/{value}", f"arn:aws:iam::{OWN}:user/{found}"
        conditioned(f"variable in {operator}", {operator: {key: value}}, {key: found, "aws:username": pick(["alice", "al*"])})
    for effect in ["Allow", "Deny"]:
        for _ in range(15):
            pattern = pick(["${aws:username}/*", "${aws:nobody}/*", "${aws:username}/*"])
            selected = statement(effect, resource=None, NotResource=home + pattern)
            more = [] if effect == "Allow" else [statement()]
            ask(f"variable in NotResource {effect}", **get, resource=home + pick(["alice/x", "bob/x"]), identity=[document(selected, *more)], context={"aws:username": "alice"})


# Actions and resources.


def element_questions():
    actions = ["s3:*", "S3:getobject", "s3:Get*", "s3:?etObject", "*", "sqs:Send*", "dynamodb:*Item", "iam:*", "ec2:*", "lambda:Invoke*"]
    resources = [
        "*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:s3:::bucket",
        "arn:aws:s3:::buck*",
        "arn:aws:s3:::b?cket/home/*",
        "arn:aws:sqs:*:*:queue-?",
        f"arn:aws:sqs:eu-west-1:{OWN}:*",
        f"arn:aws:dynamodb:*:{OWN}:table/*",
        f"arn:aws:lambda:eu-west-1:{OWN}:function:*",
        f"arn:aws:iam::{OWN}:user/*",
        "arn:aws:s3:::BUCKET/*",
    ]
    some = lambda pool: random.sample(pool, random.randint(1, 4))
    for negation in ["", "action", "resource", "both"]:
        for _ in range(70):
            not_action, not_resource = negation in ("action", "both"), negation in ("resource", "both")
            listed = {
                "NotAction" if not_action else "Action": some(actions[5:] if not_action else actions),
                "NotResource" if not_resource else "Resource": some(resources[1:] if not_resource else resources),
            }
            effect = "Allow" if chance(0.7) else "Deny"
            more = [] if effect == "Allow" else [statement()]
            ask(f"elements {effect} {negation or 'plain'}", identity=[document({"Effect": effect, **listed}, *more)])
    for _ in range(40):
        # Statements and policies together: a Deny wins wherever it stands.
        parts = [statement(pick(["Allow", "Allow", "Allow", "Deny"]), pick(actions), pick(resources[:4] + resources[5:9])) for _ in range(4)]
        ask("together", identity=[document(*parts[:2]), document(*parts[2:])])


# Layers.


def layer_questions():
    broad = ["*", "*", "s3:*", "sqs:*", ["s3:*", "iam:*", "lambda:*"], ["dynamodb:*", "sqs:*", "s3:Get*"]]

    def limit():
        parts = [statement(action=pick(broad))]
        if chance(0.2):
            parts.append(statement("Deny", pick(broad[2:])))
        return document(*parts)

    for name in ["boundary", "limit"]:
        for _ in range(70):
            identity = [document(statement(action=pick(broad)))]
            ask(name, identity=identity, **{name: limit()}, principal=pick([USER, SESSION]))
    for _ in range(80):
        ask("session", identity=[document(statement(action=pick(broad)))], session=limit(), principal=SESSION)
    for _ in range(40):
        layers = {"boundary": limit(), "session": limit(), "limit": limit()}
        ask("all limits", identity=[document(statement())], principal=SESSION, **layers)


NAMINGS = [
    {"AWS": USER},
    {"AWS": ROLE},
    {"AWS": SESSION},
    {"AWS": OWN},
    {"AWS": f"arn:aws:iam::{OWN}:root"},
    {"AWS": [OTHER, USER]},
    {"AWS": OTHER},
    {"AWS": f"arn:aws:iam::{OWN}:user/bob"},
    {"Service": "ec2.amazonaws.com"},
    "*",
    {"AWS": "*"},
]
RESOURCED = [("s3:GetObject", "arn:aws:s3:::bucket/home/alice/notes.txt"), ("s3:PutObject", "arn:aws:s3:::bucket/x")]


def resource_questions():
    def resourced(group, policy, **parts):
        action, resource = pick(RESOURCED)
        ask(group, action=action, resource=resource, resource_policy=policy, **parts)

    own = lambda: [document(statement(action=pick(["s3:*", "s3:Get*", "sqs:*"])))] if chance(0.6) else []
    who = lambda: pick([USER, SESSION])
    for account in [OWN, OTHER]:
        place = "own" if account == OWN else "other"
        for _ in range(110):
            policy = document(statement(action="s3:*", Principal=pick(NAMINGS)))
            resourced(f"resource policy {place}", policy, identity=own(), principal=who(), account=account)
    for _ in range(60):
        policy = document(statement("Deny", action=pick(["s3:*", "s3:Put*"]), Principal=pick(NAMINGS)))
        resourced("resource policy Deny", policy, identity=[document(statement())], principal=who())
    for _ in range(60):
        policy = document(statement(action="s3:*", Principal=pick(NAMINGS)))
        limit = {pick(["boundary", "session"]): document(statement(action=pick(["s3:*", "s3:Get*", "sqs:*"])))}
        principal = SESSION if "session" in limit else who()
        resourced(f"resource policy past {next(iter(limit))}", policy, identity=own(), principal=principal, **limit)
    account = f"arn:aws:iam::{OWN}:root"
    listings = [[account], [USER], [account, USER], [account, ROLE], [account, ROLE, SESSION], [ROLE, SESSION], [OTHER], [OTHER, account, USER, ROLE, SESSION]]
    for _ in range(60):
        policy = document(statement("Deny", action="s3:*", NotPrincipal={"AWS": pick(listings)}))
        bound = {"boundary": document(statement())} if chance(0.2) else {}
        resourced("NotPrincipal Deny", policy, identity=[document(statement())], principal=who(), **bound)
    for _ in range(60):
        policy = document({"Effect": "Allow", "Principal": pick(NAMINGS), "Action": "sts:AssumeRole"})
        target = f"arn:aws:iam::{OWN}:role/target"
        identity = [document(statement(action="sts:*"))] if chance(0.6) else []
        ask("trust", action="sts:AssumeRole", resource=target, principal=who(), identity=identity, resource_policy=policy)


for part in [operator_questions, variable_questions, element_questions, layer_questions, resource_questions]:
    part()
for question in questions:
    print(json.dumps(question, separators=(",", ":")))
