"""Simulated practices and models that several tests of the engine use."""

import json
from pathlib import Path

import numpy as np

from lacrima.stats.model import INTERCEPT, Level, Model, Rows, between, whole, within

GOLDEN = json.loads(
    (Path(__file__).parent / "golden" / "multilevel.json").read_text(encoding="utf-8")
)["cases"]

SHED, SHED_B = within("shed", "client"), between("shed", "client")
PRIOR, SESSION = whole("prior"), whole("session")

MODELS = {
    "two": Model("score", (INTERCEPT, SHED, SHED_B, PRIOR), (Level("client", (INTERCEPT, SHED)),)),
    "three": Model(
        "score",
        (INTERCEPT, SHED, SHED_B, PRIOR, SESSION),
        (Level("client", (INTERCEPT, SHED)), Level("therapist")),
    ),
    "five": Model(
        "score",
        (INTERCEPT, SHED, PRIOR, SESSION),
        (Level("client", (INTERCEPT, SHED, SESSION)), Level("therapist", (INTERCEPT, SHED))),
    ),
    "four": Model(
        "score",
        (INTERCEPT, whole("shed"), PRIOR),
        (Level("client"), Level("therapist"), Level("clinic")),
    ),
    "apart": Model("score", (INTERCEPT, SHED, PRIOR), (Level("client"), Level("client", (SHED,)))),
    "varying_only": Model("score", (INTERCEPT, SHED), (Level("client", (INTERCEPT, PRIOR)),)),
    "no_intercept": Model("score", (PRIOR, SESSION), (Level("client", (PRIOR,)),)),
    "singular": Model(
        "score",
        (INTERCEPT, SHED, PRIOR),
        (Level("client", (INTERCEPT, SHED)), Level("therapist")),
    ),
    "far": Model("cost", (INTERCEPT, whole("year"), SHED), (Level("client", (INTERCEPT, SHED)),)),
    "serial": Model("score", (INTERCEPT, whole("shed"), PRIOR), (Level("client"),)),
    "serial_alone": Model("score", (INTERCEPT, whole("shed"), PRIOR), (Level("client", ()),)),
}
GROUPINGS = ("client", "therapist", "clinic")


def golden_rows(case):
    """The rows that R fitted."""
    data = {name: np.array(values) for name, values in GOLDEN[case]["data"].items()}
    columns = {name: values for name, values in data.items() if name not in GROUPINGS}
    return Rows(columns, {name: data[name] for name in GROUPINGS}, order=data["session"])


def practice(seed, clients=40, therapists=4, sessions=8, exposed=0.3, sd=(2.0, 1.0, 1.0)):
    """A simulated practice: whole scores, some clients never or always exposed."""
    chance = np.random.default_rng(seed)
    counts = 1 + chance.poisson(sessions - 1, clients)
    client = np.repeat(np.arange(clients), counts)
    therapist = client % therapists
    n = client.size
    shed = (chance.random(n) < chance.beta(exposed, 1 - exposed, clients)[client]).astype(float)
    session = np.concatenate([np.arange(count) for count in counts]).astype(float)
    prior = np.rint(chance.normal(14, 4, n))
    own = chance.normal(0, 1, (clients, 2)) * sd[:2]
    hers = chance.normal(0, sd[2], therapists)
    score = 4 + 0.5 * prior - 0.1 * session + (own[client, 1] - 0.7) * shed
    score = np.rint(score + own[client, 0] + hers[therapist] + chance.normal(0, 2, n))
    return Rows(
        {"score": score, "shed": shed, "prior": prior, "session": session},
        {"client": client, "therapist": therapist},
        order=session,
    )


def shuffled(rows, seed=1):
    """The same rows in another order."""
    order = np.random.default_rng(seed).permutation(rows.n)
    return Rows(
        {name: values[order] for name, values in rows.columns.items()},
        {name: values[order] for name, values in rows.ids.items()},
        None if rows.order is None else rows.order[order],
    )
