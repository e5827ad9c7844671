"""What `import lacrima` gives, for programs that read types. It says the same as `LIBRARY`."""

from lacrima.library import LacrimaError as LacrimaError
from lacrima.library import bayes as bayes
from lacrima.library import change as change
from lacrima.library import effects as effects
from lacrima.library import gains as gains
from lacrima.library import score as score
from lacrima.library import simulate as simulate
from lacrima.library import singlecase as singlecase

LIBRARY: tuple[str, ...]
__version__: str
