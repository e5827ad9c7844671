# Golden numbers of tests/stats/test_multilevel.py, made by lme4, lmerTest, pbkrtest and nlme.
#
#   Rscript --vanilla multilevel.R > multilevel.json
#
# The data are simulated here. lme4 is asked for tighter tolerances than its own, since it stops
# as soon as the deviance is right to about 1e-5.

suppressMessages({ library(lme4); library(lmerTest); library(pbkrtest); library(nlme); library(jsonlite) })
tight <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE, check.conv.singular = "ignore",
                     optCtrl = list(ftol_abs = 1e-14, ftol_rel = 1e-14, xtol_abs = 1e-12, xtol_rel = 1e-12,
                                    maxeval = 20000))

practice <- function(seed, clinics, therapists, clients, sessions, sd, exposed = 0.2) {
  set.seed(seed)
  n_i <- 1 + rpois(clinics * therapists * clients, sessions - 1)
  client <- rep(seq_along(n_i), n_i)
  therapist <- (client - 1) %/% clients + 1
  clinic <- (therapist - 1) %/% therapists + 1
  n <- length(client)
  shed <- rbinom(n, 1, rbeta(length(n_i), exposed * 4, (1 - exposed) * 4)[client])
  session <- sequence(n_i)
  b <- cbind(rnorm(length(n_i), 0, sd[1]), rnorm(length(n_i), 0, sd[2]), rnorm(length(n_i), 0, sd[3]))
  u <- cbind(rnorm(max(therapist), 0, sd[4]), rnorm(max(therapist), 0, sd[5]))
  w <- rnorm(max(clinic), 0, sd[6])
  prior <- round(rnorm(n, 14, 4))
  score <- round(2 * (4 + 0.5 * prior + (b[client, 2] + u[therapist, 2] - 0.7) * shed +
                 (b[client, 3] - 0.1) * session + b[client, 1] + u[therapist, 1] + w[clinic] + rnorm(n, 0, 2))) / 2
  shed_b <- ave(shed, client)
  data.frame(client, therapist, clinic, session, shed, shed_w = shed - shed_b, shed_b, prior, score)
}

fitted_by <- function(formula, data, with_df = TRUE) {
  m <- lmer(formula, data, REML = TRUE, control = tight)
  ml <- lmer(formula, data, REML = FALSE, control = tight)
  out <- list(formula = deparse1(formula), n = nrow(data), beta = unname(fixef(m)), names = names(fixef(m)),
              se = unname(sqrt(diag(as.matrix(vcov(m))))), theta = unname(getME(m, "theta")), sigma = sigma(m),
              reml = unname(REMLcrit(m)), singular = isSingular(m),
              ml = unname(deviance(ml)), ml_theta = unname(getME(ml, "theta")), ml_beta = unname(fixef(ml)),
              ml_sigma = sigma(ml))
  if (with_df && !out$singular) {
    out$satterthwaite <- unname(summary(m, ddf = "Satterthwaite")$coefficients[, "df"])
    kr <- vcovAdj(m)
    out$kr_se <- unname(sqrt(diag(as.matrix(kr))))
    out$kr_df <- sapply(seq_along(out$beta), function(i) Lb_ddf(as.numeric(seq_along(out$beta) == i), vcov(m), kr))
  }
  r <- ranef(m, condVar = TRUE)
  out$ranef <- lapply(r, function(each) unname(as.matrix(each)))
  out$fitted <- unname(fitted(m))
  out
}

serial_by <- function(fixed, random, data) {
  one <- function(method) {
    m <- lme(fixed, data, random = random, correlation = corAR1(form = ~ session), method = method,
             control = lmeControl(opt = "nlminb", tolerance = 1e-12, msTol = 1e-14, msMaxIter = 500, maxIter = 500))
    list(criterion = -2 * as.numeric(logLik(m)), beta = unname(fixef(m)), se = unname(sqrt(diag(vcov(m)))),
         sigma = m$sigma, phi = unname(coef(m$modelStruct$corStruct, unconstrained = FALSE)))
  }
  list(n = nrow(data), reml = one("REML"), ml = one("ML"))
}

alone_by <- function(fixed, data) {
  one <- function(method) {
    m <- gls(fixed, data, correlation = corAR1(form = ~ session | client), method = method,
             control = glsControl(opt = "nlminb", tolerance = 1e-12, msTol = 1e-14))
    list(criterion = -2 * as.numeric(logLik(m)), beta = unname(coef(m)), se = unname(sqrt(diag(vcov(m)))),
         sigma = m$sigma, phi = unname(coef(m$modelStruct$corStruct, unconstrained = FALSE)))
  }
  list(n = nrow(data), reml = one("REML"), ml = one("ML"))
}

two <- practice(1, 1, 1, 40, 9, c(2, 2.5, 0, 0, 0, 0), exposed = 0.35)
three <- practice(12, 1, 7, 7, 7, c(2, 2.5, 0, 2, 0, 0), exposed = 0.35)
five <- practice(3, 1, 10, 7, 8, c(2, 2.5, 0.6, 2, 2, 0), exposed = 0.5)
four <- practice(4, 4, 4, 4, 5, c(2, 0, 0, 1.5, 0, 1.5))
singular <- practice(5, 1, 3, 8, 5, c(0.5, 0, 0, 0, 0, 0))
far <- transform(three, year = 2016 + (session * 7 + client) %% 9, cost = 1e6 + 100 * score)
serial <- practice(6, 1, 1, 25, 10, c(1.5, 0, 0, 0, 0, 0))
set.seed(7)
noise <- unsplit(lapply(split(serial$session, serial$client), function(s) as.numeric(arima.sim(list(ar = 0.5), length(s)))), serial$client)
serial$score <- round(serial$score + 2 * noise, 1)
serial <- serial[runif(nrow(serial)) > 0.1, ]

cases <- list(
  two = list(data = two, fit = fitted_by(score ~ shed_w + shed_b + prior + (1 + shed_w | client), two)),
  three = list(data = three, fit = fitted_by(score ~ shed_w + shed_b + prior + session + (1 + shed_w | client) + (1 | therapist), three)),
  five = list(data = five, fit = fitted_by(score ~ shed_w + prior + session + (1 + shed_w + session | client) + (1 + shed_w | therapist), five)),
  four = list(data = four, fit = fitted_by(score ~ shed + prior + (1 | client) + (1 | therapist) + (1 | clinic), four)),
  apart = list(data = three, fit = fitted_by(score ~ shed_w + prior + (1 | client) + (0 + shed_w | client), three)),
  varying_only = list(data = three, fit = fitted_by(score ~ shed_w + (1 + prior | client), three)),
  no_intercept = list(data = two, fit = fitted_by(score ~ 0 + prior + session + (0 + prior | client), two)),
  singular = list(data = singular, fit = fitted_by(score ~ shed_w + prior + (1 + shed_w | client) + (1 | therapist), singular)),
  far = list(data = far, fit = fitted_by(cost ~ I(year - 2020) + shed_w + (1 + shed_w | client), far)),
  serial = list(data = serial, fit = serial_by(score ~ shed + prior, ~ 1 | client, serial)),
  serial_alone = list(data = serial, fit = alone_by(score ~ shed + prior, serial))
)
made <- list(source = "lme4, lmerTest, pbkrtest, nlme", script = "tests/stats/golden/multilevel.R",
             r = R.version.string,
             versions = sapply(c("lme4", "lmerTest", "pbkrtest", "nlme"), function(p) as.character(packageVersion(p))),
             cases = cases)
made$versions <- as.list(made$versions)
cat(toJSON(made, digits = I(17), auto_unbox = TRUE, dataframe = "columns", na = "null"))
