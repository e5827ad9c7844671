# Golden numbers of tests/stats/test_cells.py: degrees of freedom where clients are over a thousand.
# The rows are made of whole numbers, so that the test makes the same. Made by lme4 and pbkrtest.
#
#   Rscript tests/stats/golden/many_clients.R > tests/stats/golden/many_clients.json

suppressMessages({ library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite) })

client <- rep(0:1099, each = 2)
session <- rep(0:1, times = 1100)
shed <- as.numeric((client * 7 + session * 3) %% 5 == 0)
score <- (client * 37) %% 11 + (client * 53 + session * 29) %% 7 - shed + session
rows <- data.frame(client, session, shed, score)

told <- function(form) {
  found <- lmer(form, data = rows, control = lmerControl(calc.derivs = FALSE, optCtrl = list(ftol_abs = 1e-14, xtol_abs = 1e-12)))
  by <- function(method) {
    table <- coef(summary(found, ddf = method))
    list(se = unname(table[, "Std. Error"]), df = unname(table[, "df"]))
  }
  list(criterion = REMLcrit(found), estimate = unname(fixef(found)),
       satterthwaite = by("Satterthwaite"), kenward_roger = by("Kenward-Roger"))
}

made <- list(source = "lme4, lmerTest, pbkrtest", script = "tests/stats/golden/many_clients.R",
             r = R.version.string,
             versions = sapply(c("lme4", "lmerTest", "pbkrtest"), function(p) as.character(packageVersion(p))),
             intercept = told(score ~ shed + session + (1 | client)))
cat(toJSON(made, digits = 16, auto_unbox = TRUE, pretty = TRUE), "\n")
