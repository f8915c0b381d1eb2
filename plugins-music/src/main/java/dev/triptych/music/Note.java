package dev.triptych.music;

/**
 * A note of the melody in a bar, relative to the tonic of the key.
 *
 * @param position where it begins, in sixteenths from the start of the bar
 * @param duration how long it sounds, in sixteenths; it ends in its own bar
 * @param pitch semitones from the tonic nearest below the middle of the melody
 */
public record Note(int position, int duration, int pitch) {}
