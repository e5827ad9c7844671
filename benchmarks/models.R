# The same models in R, on the same rows: Rscript --vanilla models.R FOLDER WHAT
#   WHAT: lme4 (as it comes), nocheck (without its derivative check), satterthwaite, kenward-roger
# Prints seconds, the REML deviance and the coefficients. The data are loaded and the parts within
# and between clients are formed before the clock starts.
arguments <- commandArgs(trailingOnly = TRUE)
suppressMessages(library(if (arguments[2] == "satterthwaite") "lmerTest" else "lme4", character.only = TRUE))
names <- c("score", "shed", "prior", "session", "client", "therapist")
read <- function(name) {
  path <- file.path(arguments[1], paste0(name, ".bin"))
  readBin(path, "double", n = file.size(path) / 8)
}
rows <- as.data.frame(sapply(names, read, simplify = FALSE))
rows$shed_b <- ave(rows$shed, rows$client)
rows$shed_w <- rows$shed - rows$shed_b
rows$client <- factor(rows$client)
rows$therapist <- factor(rows$therapist)
formula <- score ~ shed_w + shed_b + prior + session + (1 + shed_w | client) + (1 | therapist)
if (arguments[2] == "wide") {
  more <- setdiff(sub("\\.bin$", "", list.files(arguments[1], pattern = "^e[0-9]+\\.bin$")), character())
  for (name in more) rows[[name]] <- read(name)
  formula <- as.formula(paste("score ~ shed_w + shed_b + prior + session +", paste(more, collapse = " + "),
                              "+ (1 + shed_w | client) + (1 + shed_w | therapist)"))
}
if (arguments[2] == "many") formula <- score ~ shed_w + shed_b + prior + session + (1 + shed_w + session | client) + (1 + shed_w | therapist)
control <- if (arguments[2] == "lme4") lme4::lmerControl() else lme4::lmerControl(calc.derivs = FALSE)
taken <- system.time(model <- suppressWarnings(lme4::lmer(formula, rows, control = control)))
if (arguments[2] == "satterthwaite") {
  taken <- system.time(lmerTest:::summary.lmerModLmerTest(lmerTest::as_lmerModLmerTest(model)))
}
if (arguments[2] == "kenward-roger") {
  suppressMessages(library(pbkrtest))
  taken <- system.time({
    adjusted <- vcovAdj(model)
    for (i in seq_along(lme4::fixef(model))) Lb_ddf(as.numeric(seq_along(lme4::fixef(model)) == i), vcov(model), adjusted)
  })
}
number <- function(x) cat(sprintf("%.15g", x), "\n")
number(c(taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]], lme4::REMLcrit(model)))
number(unname(lme4::fixef(model)))
