# Reliable and clinically significant change in vectorised base R: the peer of `stats.change`.
#
# Rscript change_in_r.R PRE POST TIMES
# PRE, POST: files of doubles, as NumPy writes them. Jacobson and Truax 1991, strict, cut-off c
# with functional norms 4 (3), reliability .86, the rest from the data. Prints the five counts,
# then the seconds of each time. Reading the files is not counted.

told <- commandArgs(trailingOnly = TRUE)
doubles <- function(path) readBin(path, "double", file.info(path)$size / 8, endian = "little")
pre <- doubles(told[1])
post <- doubles(told[2])

judge <- function(pre, post) {
  spread <- sd(pre)
  critical <- qnorm(0.975) * spread * sqrt(2 * (1 - 0.86))
  cut <- (spread * 4 + 3 * mean(pre)) / (spread + 3)
  change <- post - pre
  index <- -change / (spread * sqrt(2 * (1 - 0.86)))
  better <- -change > critical
  worse <- change > critical
  codes <- rep.int(3L, length(pre))
  codes[better] <- 2L
  codes[worse] <- 4L
  codes[better & pre > cut & post < cut] <- 1L
  codes[worse & pre < cut & post > cut] <- 5L
  list(index = index, codes = codes)
}

seconds <- numeric(as.integer(told[3]))
for (time in seq_along(seconds)) {
  started <- Sys.time()
  result <- judge(pre, post)
  seconds[time] <- as.numeric(difftime(Sys.time(), started, units = "secs"))
}
cat(tabulate(result$codes, 5), "\n")
cat(sprintf("%.9f", seconds), "\n")
