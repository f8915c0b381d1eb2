package dev.triptych.models.hub;

import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a server asks to wait. */
final class RetryAfter {
  /** {@code RateLimit: "api";r=0;t=55}: nothing remains for 55 s. */
  private static final Pattern RATE_LIMIT = Pattern.compile(";\\s*t=(\\d{1,9})");

  private RetryAfter() {}

  /** Reads {@code Retry-After}, in seconds or as a date, else {@code RateLimit}. */
  static Optional<Duration> of(HttpResponse<?> response) {
    Optional<String> header = response.headers().firstValue("Retry-After").map(String::strip);
    if (header.isPresent()) {
      if (header.get().matches("\\d{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
      }
      try {
        Instant until =
            ZonedDateTime.parse(header.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        Duration wait = Duration.between(Instant.now(), until);
        return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
      } catch (DateTimeException e) {
        return Optional.empty(); // no time that can be read: our own pauses
      }
    }
    Matcher limit = RATE_LIMIT.matcher(response.headers().firstValue("RateLimit").orElse(""));
    return limit.find()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(limit.group(1))))
        : Optional.empty();
  }
}
