# Golden numbers of tests/stats/test_course.py, made by nlme.
#
#   Rscript --vanilla course.R > course.json
#
# Scores far from the ends of their scale, so that the floor and the ceiling play no part: then the
# likelihood of stats/course is that of lme with a random level and change and AR(1) residuals.

suppressMessages({ library(nlme); library(jsonlite) })
set.seed(20260101)
people <- 60
n <- sample(3:15, people, replace = TRUE)
person <- rep(seq_len(people), n)
time <- unlist(lapply(n, function(k) sort(sample(0:20, k))))
time <- time - ave(time, person, FUN = min)
u <- cbind(rnorm(people, 0, 6), rnorm(people, 0, 2))
u[, 2] <- u[, 2] - 0.15 * u[, 1]
e <- rnorm(length(time), 0, 4)
for (i in seq_along(e)[-1]) if (person[i] == person[i - 1]) {
  r <- 0.4^(time[i] - time[i - 1])
  e[i] <- r * e[i - 1] + sqrt(1 - r^2) * e[i]
}
score <- round(500 + u[person, 1] + (u[person, 2] - 5) * log1p(time) + e, 3)
data <- data.frame(person = factor(person), time, score)
one <- function(g) {
  data$g <- g(data$time)
  m <- lme(score ~ g, random = ~ g | person, correlation = corCAR1(0.3, form = ~ time | person),
           data = data, method = "ML",
           control = lmeControl(opt = "optim", maxIter = 500, msMaxIter = 2000, reltol = 1e-14))
  psi <- getVarCov(m)
  list(loglik = as.numeric(logLik(m)), beta = unname(fixef(m)), sigma = m$sigma,
       rho = unname(coef(m$modelStruct$corStruct, unconstrained = FALSE)),
       psi = c(psi[1, 1], psi[1, 2], psi[2, 2]))
}
cat(toJSON(list(
  made_by = paste("nlme", packageVersion("nlme"), R.version.string),
  person = person, time = time, score = score,
  linear = one(function(t) t), logarithm = one(log1p),
  exponential = one(function(t) 1 - exp(-t / 4))
), auto_unbox = TRUE, digits = NA))
