"""Golden numbers of tests/stats/test_nuts.py: the same models and priors, drawn by NUTS.

    python3 -m venv nuts-venv && nuts-venv/bin/pip install numpyro   (outside the project)
    nuts-venv/bin/python tests/stats/golden/nuts.py [CASE ...]

Writes nuts.json beside this file (some ten minutes on one core). Numpyro is no dependency of the
project and is never installed by it: this script is run by hand, and its numbers are kept. It
shares no code with Lacrima: priors are written out again, so that a mistake there shows here.

Of every quantity: mean, sd and quantiles, each with its Monte Carlo error, from the scatter of 40
batches (10 a chain).
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.scipy.special import log_ndtr, ndtr
from jax.scipy.stats import norm
from numpyro.infer import MCMC, NUTS

jax.config.update("jax_enable_x64", True)

SEED, CHAINS, WARMUP, DRAWS, BATCHES = 20_260_101, 4, 1_500, 5_000, 40
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
LONGEST_GAP = 12
PRIORS = {"(Intercept)": (0.0, 5.0), "shed": (0.0, 0.3), "between": (0.0, 1.0), "score": (0.6, 0.3)}
STEP_SD = 1.5
HARD = 8  # clients of the hard cases


def practice(seed: int, clients: int, each: int, exposed: int) -> dict[str, Any]:
    """A therapist's sessions: client, session, and the columns 1, shed within, between, score."""
    rng = np.random.default_rng(seed)
    n = clients * each
    client = np.repeat(np.arange(clients), each)
    gaps = rng.choice([1, 1, 1, 1, 2, 3, 14], n)
    session = np.concatenate([np.cumsum(gaps[client == who]) for who in range(clients)])
    chance = rng.gamma(0.7, 1.0, clients)[client] + 1e-9
    shed = np.zeros(n)
    shed[rng.choice(n, exposed, replace=False, p=chance / chance.sum())] = 1.0
    mean = np.round(np.bincount(client, shed)[client] / each, 4)
    score = np.round(rng.normal(size=n), 2)
    columns = np.column_stack([np.ones(n), shed - mean, mean, score])
    return {"rng": rng, "client": client, "session": session, "columns": columns}


def outcome_of(made: dict[str, Any], sigma: float, rho: float) -> np.ndarray:
    """An outcome with truth near the priors' middle; residuals remember by rho."""
    rng, client, x = made["rng"], made["client"], made["columns"]
    clients = client.max() + 1
    own = np.column_stack([0.5 * rng.normal(size=clients), 0.3 * rng.normal(size=clients)])
    e = rng.normal(size=len(client))
    for i in range(1, len(e)):
        if client[i] == client[i - 1]:
            r = rho ** int(made["session"][i] - made["session"][i - 1])
            e[i] = r * e[i - 1] + np.sqrt(1 - r * r) * e[i]
    eta = x @ [0.2, 0.3, 0.1, 0.5] + own[client, 0] + own[client, 1] * x[:, 1]
    return np.round(eta + sigma * e, 2)


def cases() -> dict[str, dict[str, Any]]:
    """The data of each case, as they are written to the file."""
    found = {}
    for name, seed, clients, each, exposed, rho in (
        ("gaussian", 1, 30, 10, 12, 0.0),
        ("serial", 2, 30, 10, 12, 0.4),
        ("censored", 3, 30, 8, 30, 0.0),
        ("censored_hard", 4, HARD, 5, 8, 0.0),
        ("ordered", 5, 30, 8, 30, 0.0),
        ("ordered_hard", 6, HARD, 5, 8, 0.0),
    ):
        made = practice(seed, clients, each, exposed)
        y = outcome_of(made, 1.0 if "ordered" in name else 0.6, rho)
        one: dict[str, Any] = {"names": list(PRIORS), "varies": [0, 1]}
        if "hard" in name:
            one |= {"names": ["(Intercept)", "shed"], "varies": [0]}
        columns = made["columns"][:, : len(one["names"])]
        if "censored" in name:
            one["high"] = 0.0 if "hard" in name else 0.4
            y = np.minimum(y, one["high"])
        if "ordered" in name:
            one |= {"names": one["names"][1:], "varies": [0], "answers": 4}
            y, columns = np.digitize(y, [-0.6, 0.2, 1.0]), columns[:, 1:]
        found[name] = one | {
            "client": made["client"].tolist(),
            "session": made["session"].tolist(),
            "columns": columns.tolist(),
            "outcome": y.tolist(),
        }
    return found


def model(case: dict[str, Any], is_serial: bool) -> None:
    """All cases in one: what is in `case` decides."""
    x, y = jnp.array(case["columns"]), jnp.array(case["outcome"])
    client, z = np.array(case["client"]), jnp.array(case["columns"])[:, np.array(case["varies"])]
    means, sds = zip(*(PRIORS[name] for name in case["names"]), strict=True)
    beta = numpyro.sample("beta", dist.Normal(jnp.array(means), jnp.array(sds)))
    is_ordered, q = "answers" in case, z.shape[1]
    # The first term that varies is the intercept, but for ordered answers, which have none.
    scales = jnp.array([0.3] if is_ordered else [0.5, 0.3][:q])
    spread = numpyro.sample("spread", dist.HalfNormal(scales))
    factor = jnp.eye(1)
    if q > 1:
        factor = numpyro.sample("factor", dist.LKJCholesky(q, 2.0))
    unit = numpyro.sample("unit", dist.Normal(0, 1).expand([int(client.max()) + 1, q]).to_event(2))
    own = numpyro.deterministic("own", unit @ (spread[:, None] * factor).T)
    eta = x @ beta + (z * own[client]).sum(axis=1)
    if is_ordered:
        ordered_answers(eta, y, case["answers"])
        return
    sigma = numpyro.sample("sigma", dist.LogNormal(jnp.log(0.6), 0.4))
    if is_serial:
        serial(eta, y, sigma, case)
    elif "high" in case:
        censored(eta, y, sigma, case)
    else:
        numpyro.sample("y", dist.Normal(eta, sigma), obs=y)


def serial(eta: Any, y: Any, sigma: Any, case: dict[str, Any]) -> None:
    """Residuals that remember by rho a session; over more than twelve they forget."""
    rho = numpyro.sample("rho", dist.TruncatedNormal(0.2, 0.2, low=-0.2, high=0.9))
    client, session = np.array(case["client"]), np.array(case["session"])
    gap = np.concatenate([[0], np.diff(session)])
    follows = np.concatenate([[False], np.diff(client) == 0]) & (gap <= LONGEST_GAP)
    r = jnp.where(follows, rho ** np.where(follows, gap, 1), 0.0)
    e = y - eta
    before = jnp.concatenate([jnp.zeros(1), e[:-1]])
    numpyro.sample("e", dist.Normal(eta + r * before, sigma * jnp.sqrt(1 - r * r)), obs=y)


def censored(eta: Any, y: Any, sigma: Any, case: dict[str, Any]) -> None:
    """What lies at the ceiling is the ceiling or more."""
    at_end = np.array(case["outcome"]) == case["high"]
    exact = norm.logpdf(y, eta, sigma)
    numpyro.factor("y", jnp.where(at_end, log_ndtr((eta - case["high"]) / sigma), exact).sum())
    # A session like this one of a new client: below the ceiling?
    row = jnp.array([1.0, 0.5, 0.2, 0.1][: len(case["names"])])
    numpyro.deterministic("row", row)


def ordered_answers(eta: Any, y: Any, answers: int) -> None:
    """Borders with normal priors, in their order."""
    middle = norm.ppf(jnp.arange(1, answers) / answers)
    ordered = dist.constraints.ordered_vector
    steps = numpyro.sample("steps", dist.ImproperUniform(ordered, (), (answers - 1,)))
    numpyro.factor("steps_prior", norm.logpdf(steps, middle, STEP_SD).sum())
    ends = jnp.concatenate([jnp.array([-jnp.inf]), steps, jnp.array([jnp.inf])])
    chance = ndtr(ends[y + 1] - eta) - ndtr(ends[y] - eta)
    numpyro.factor("y", jnp.log(jnp.maximum(chance, 1e-300)).sum())


def quantities(case: dict[str, Any], draws: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What is kept of each draw (chains, draws): coefficients, spreads, one client's own."""
    found = {name: draws["beta"][..., at] for at, name in enumerate(case["names"])}
    for at, place in enumerate(case["varies"]):
        name = case["names"][place]
        found[f"spread {name}"] = draws["spread"][..., at]
        if "high" not in case and "answers" not in case:
            for who in (0, 3):
                found[f"own {name} {who}"] = found[name] + draws["own"][..., who, at]
    for name in ("sigma", "rho"):
        if name in draws:
            found[name] = draws[name]
    for at in range(draws["steps"].shape[-1] if "steps" in draws else 0):
        found[f"step {at + 1}"] = draws["steps"][..., at]
    return found


def leaves(case: dict[str, Any], draws: dict[str, np.ndarray]) -> np.ndarray:
    """The chance of each draw that a new client's value lies below the ceiling."""
    row = draws["row"][0, 0]
    z = row[np.array(case["varies"])]
    factor = draws["factor"] if "factor" in draws else np.ones((*draws["sigma"].shape, 1, 1))
    loads = np.einsum("cdq,cdqr,q->cdr", draws["spread"], factor, z)
    sd = np.sqrt(draws["sigma"] ** 2 + (loads**2).sum(axis=-1))
    return np.asarray(ndtr((case["high"] - draws["beta"] @ row) / sd))


def summary(values: np.ndarray) -> dict[str, Any]:
    """Mean, sd and quantiles, each with its Monte Carlo error."""

    def all_of(some: np.ndarray) -> np.ndarray:
        return np.array([some.mean(), some.std(), *np.quantile(some, SHARES)])

    batches = values.reshape(BATCHES, -1)
    errors = np.std([all_of(each) for each in batches], axis=0, ddof=1) / np.sqrt(BATCHES)
    both = np.array([all_of(values.ravel()), errors])
    (mean, sd, *quantiles), (mean_error, sd_error, *quantile_errors) = both.tolist()
    return {
        "mean": mean,
        "sd": sd,
        "quantiles": quantiles,
        "errors": {"mean": mean_error, "sd": sd_error, "quantiles": quantile_errors},
    }


def drawn(name: str, case: dict[str, Any]) -> dict[str, Any]:
    """One case's draws, summed up."""
    kernel = NUTS(model, target_accept_prob=0.95)
    chains = MCMC(
        kernel, num_warmup=WARMUP, num_samples=DRAWS, num_chains=CHAINS,
        chain_method="vectorized", progress_bar=False,
    )  # fmt: skip
    chains.run(jax.random.PRNGKey(SEED), case, name == "serial")
    draws = {key: np.asarray(each) for key, each in chains.get_samples(group_by_chain=True).items()}
    kept = {key: summary(each) for key, each in quantities(case, draws).items()}
    if "high" in case:
        kept["leaves the maximum"] = summary(leaves(case, draws))
    diverging = int(np.asarray(chains.get_extra_fields()["diverging"]).sum())
    return {"diverging": diverging, "found": kept}


def main() -> None:
    """Draw the cases that were named, or all, and put them into the file one by one."""
    file = Path(__file__).with_name("nuts.json")
    told: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {"cases": {}}
    head = {
        "source": "numpyro's NUTS",
        "script": "tests/stats/golden/nuts.py",
        "versions": {
            "numpyro": numpyro.__version__,
            "jax": jax.__version__,
            "python": platform.python_version(),
        },
        "seed": SEED,
        "chains": CHAINS,
        "draws_a_chain": DRAWS,
        "shares": list(SHARES),
    }
    every = cases()
    for name in sys.argv[1:] or every:
        told["cases"][name] = every[name] | drawn(name, every[name])
        file.write_text(json.dumps(head | {"cases": told["cases"]}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
