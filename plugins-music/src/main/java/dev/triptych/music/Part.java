package dev.triptych.music;

/** A track of the MIDI file. */
enum Part {
  MELODY("Melody", 0, 112, 64),
  CHORDS("Chords", 1, 78, 44),
  BASS("Bass", 2, 92, 74),
  DRUMS("Drums", 9, 70, 64);

  private final String title;
  private final int channel;
  private final int volume;
  private final int pan;

  Part(String title, int channel, int volume, int pan) {
    this.title = title;
    this.channel = channel;
    this.volume = volume;
    this.pan = pan;
  }

  String title() {
    return title;
  }

  int channel() {
    return channel;
  }

  int volume() {
    return volume;
  }

  int pan() {
    return pan;
  }

  int program(Arrangement arrangement) {
    return switch (this) {
      case MELODY -> arrangement.program();
      case CHORDS -> arrangement.harmony();
      case BASS -> arrangement.bass();
      case DRUMS -> 0;
    };
  }
}
