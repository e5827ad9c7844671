# Other packages of R on the rows of models.R: Rscript --vanilla peers.R FOLDER nlme|glmmtmb
#   The three-level model of models.R, REML, its data loaded before the clock starts.
# Prints seconds, the REML deviance and the coefficients.
arguments <- commandArgs(trailingOnly = TRUE)
what <- arguments[2]
suppressMessages(library(if (what == "nlme") "nlme" else "glmmTMB", character.only = TRUE))
read <- function(name) {
  path <- file.path(arguments[1], paste0(name, ".bin"))
  readBin(path, "double", n = file.size(path) / 8)
}
rows <- as.data.frame(sapply(c("score", "shed", "prior", "session", "client", "therapist"), read, simplify = FALSE))
rows$shed_b <- ave(rows$shed, rows$client)
rows$shed_w <- rows$shed - rows$shed_b
rows$client <- factor(rows$client)
rows$therapist <- factor(rows$therapist)
fixed <- score ~ shed_w + shed_b + prior + session
if (what == "nlme") {
  taken <- system.time(model <- lme(fixed, rows, list(therapist = ~1, client = ~shed_w), method = "REML",
                                    control = lmeControl(returnObject = TRUE)))
  beta <- nlme::fixef(model)
} else {
  formula <- score ~ shed_w + shed_b + prior + session + (1 + shed_w | client) + (1 | therapist)
  taken <- system.time(model <- suppressWarnings(glmmTMB(formula, rows, REML = TRUE)))
  beta <- glmmTMB::fixef(model)$cond
}
number <- function(x) cat(sprintf("%.15g", x), "\n")
number(c(taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]], -2 * as.numeric(logLik(model))))
number(unname(beta))
