"""Second derivatives by absolute covariances, from those by relative ones.

A function F(gamma, s) = s^-d f(psi) with psi = gamma / s has, for d = 0 (log |V|) or 1 (X'V^-1X),

    s^(d + 2) F_gamma,gamma = f'',
    s^(d + 2) F_gamma,s     = -(1 + d) f' - f'' psi,
    s^(d + 2) F_s,s         = d (d + 1) f + (2 + 2 d) psi'f' + psi'f'' psi.
"""

from __future__ import annotations

import numpy as np

from lacrima.stats.numbers import Numbers
from lacrima.stats.tree import Curvature


def by_absolute(degree: int, psi: Numbers, found: Curvature, own: float) -> Numbers:
    """The second derivatives by (gamma, s), times s^(d + 2): (m + 1, m + 1).

    found: f' and f'' by psi (m). own: d (d + 1) f, or what stands there instead.
    """
    gradient, hessian = found.gradient, found.hessian
    mixed = -(1 + degree) * gradient - hessian @ psi
    last = own + (2 + 2 * degree) * psi @ gradient + psi @ hessian @ psi
    return np.block([[hessian, mixed[:, None]], [mixed[None], np.array([[last]])]])
