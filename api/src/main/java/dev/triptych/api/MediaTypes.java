package dev.triptych.api;

import java.util.regex.Pattern;

/** The shape of a media type, checked in one place. */
final class MediaTypes {
  private static final Pattern TYPE = Pattern.compile("[a-z]+/[a-z0-9][a-z0-9.+-]*");

  private MediaTypes() {}

  static String check(String mediaType) {
    if (!TYPE.matcher(mediaType).matches()) {
      throw new IllegalArgumentException(
          "\"" + mediaType + "\" is not a media type such as text/plain");
    }
    return mediaType;
  }
}
