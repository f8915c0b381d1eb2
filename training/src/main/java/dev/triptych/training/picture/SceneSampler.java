package dev.triptych.training.picture;

import static dev.triptych.training.picture.Scene.Place.*;

import dev.triptych.training.picture.Scene.Cast;
import dev.triptych.training.picture.Scene.Hue;
import dev.triptych.training.picture.Scene.Mood;
import dev.triptych.training.picture.Scene.Place;
import dev.triptych.training.picture.Scene.Season;
import dev.triptych.training.picture.Scene.Style;
import dev.triptych.training.picture.Scene.Time;
import dev.triptych.training.picture.Scene.Weather;
import dev.triptych.training.picture.Subject.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Draws scenes that make sense: boats on water, the moon at night, umbrellas in the rain.
 *
 * <p>The same seed gives the same scene. Pairs that are held out never stand in one scene.
 */
public final class SceneSampler {
  private static final double CLOSE = .4; // share of scenes of one subject near by

  private static final Map<Kind, Place[]> STANDS = new EnumMap<>(Kind.class);

  static {
    STANDS.put(
        Kind.SKY,
        new Place[] {MEADOW, SEA, MOUNTAINS, LAKE, CITY, DESERT, FIELD, VILLAGE, FOREST, RIVER});
    STANDS.put(
        Kind.AIR, new Place[] {MEADOW, SEA, BEACH, MOUNTAINS, FIELD, GARDEN, CITY, LAKE, RIVER});
    STANDS.put(Kind.WATER, new Place[] {SEA, LAKE, RIVER});
    STANDS.put(Kind.UNDER, new Place[] {UNDERWATER});
    STANDS.put(Kind.BEACH, new Place[] {BEACH});
    STANDS.put(
        Kind.GROUND,
        new Place[] {
          MEADOW, MEADOW, FOREST, FOREST, MOUNTAINS, FIELD, RIVER, LAKE, GARDEN, VILLAGE, CITY
        });
    STANDS.put(
        Kind.BUILD, new Place[] {MEADOW, MOUNTAINS, LAKE, VILLAGE, CITY, BEACH, FIELD, FOREST});
    STANDS.put(Kind.TREE, new Place[] {MEADOW, MOUNTAINS, FIELD, LAKE, RIVER, VILLAGE});
    STANDS.put(Kind.CACTUS, new Place[] {DESERT});
    STANDS.put(Kind.FLOWER, new Place[] {GARDEN, MEADOW, GARDEN, FIELD, RIVER});
    STANDS.put(Kind.TABLE, new Place[] {INDOORS, INDOORS, INDOORS, INDOORS, INDOORS, GARDEN});
    STANDS.put(Kind.THING, new Place[] {INDOORS, MEADOW, CITY, BEACH, GARDEN, VILLAGE});
    STANDS.put(Kind.HANG, new Place[] {VILLAGE, CITY, GARDEN, INDOORS, RIVER});
    STANDS.put(Kind.SNOW, new Place[] {MEADOW, VILLAGE, FOREST, MOUNTAINS, CITY});
    STANDS.put(Kind.ROAD, new Place[] {CITY, CITY, FIELD, VILLAGE, MOUNTAINS, BEACH});
    STANDS.put(
        Kind.PERSON,
        new Place[] {MEADOW, CITY, BEACH, MOUNTAINS, FOREST, RIVER, FIELD, VILLAGE, GARDEN, LAKE});
    STANDS.put(Kind.DRAWN, new Place[] {MEADOW, LAKE});
  }

  /** Subjects that ask for a place, whatever their kind. */
  private static final Map<String, Place[]> BELONGS =
      Map.ofEntries(
          Map.entry("a planet", new Place[] {SPACE}),
          Map.entry("a comet", new Place[] {SPACE, MOUNTAINS, DESERT}),
          Map.entry("a star", new Place[] {SPACE, MEADOW, SEA, VILLAGE, MOUNTAINS}),
          Map.entry("a rocket", new Place[] {SPACE, SPACE, DESERT, MEADOW}),
          Map.entry("an astronaut", new Place[] {SPACE, SPACE, SPACE, DESERT}),
          Map.entry("an alien", new Place[] {SPACE, DESERT, CITY, FOREST}),
          Map.entry("a robot", new Place[] {CITY, INDOORS, DESERT, SPACE, MEADOW}),
          Map.entry("a butterfly", new Place[] {GARDEN, MEADOW, FIELD, FOREST}),
          Map.entry("a bee", new Place[] {GARDEN, MEADOW}),
          Map.entry("a lotus", new Place[] {LAKE}),
          Map.entry("a swan", new Place[] {LAKE, RIVER}),
          Map.entry("a duck", new Place[] {LAKE, RIVER}),
          Map.entry("a goose", new Place[] {LAKE, RIVER}),
          Map.entry("a frog", new Place[] {LAKE, RIVER}),
          Map.entry("a whale", new Place[] {SEA}),
          Map.entry("a dolphin", new Place[] {SEA}),
          Map.entry("a ship", new Place[] {SEA}),
          Map.entry("a camel", new Place[] {DESERT, DESERT, DESERT, FIELD}),
          Map.entry("a snake", new Place[] {DESERT, FOREST, MEADOW}),
          Map.entry("a penguin", new Place[] {BEACH, MOUNTAINS}),
          Map.entry("a cat", new Place[] {INDOORS, GARDEN, MEADOW, VILLAGE, CITY, FOREST}),
          Map.entry("a black cat", new Place[] {INDOORS, CITY, VILLAGE, GARDEN}),
          Map.entry("a palm tree", new Place[] {BEACH, BEACH, DESERT}),
          Map.entry("a lighthouse", new Place[] {SEA, SEA, BEACH}),
          Map.entry("a bridge", new Place[] {RIVER, RIVER, LAKE}),
          Map.entry("a willow", new Place[] {RIVER, LAKE, LAKE, GARDEN}),
          Map.entry("bamboo", new Place[] {FOREST, GARDEN, MOUNTAINS, VILLAGE}),
          Map.entry("cherry blossoms", new Place[] {GARDEN, MEADOW, RIVER, LAKE, CITY, VILLAGE}),
          Map.entry("plum blossoms", new Place[] {GARDEN, MOUNTAINS, VILLAGE}),
          Map.entry("wild geese", new Place[] {MOUNTAINS, LAKE, RIVER, FIELD, SEA}),
          Map.entry("a windmill", new Place[] {FIELD, MEADOW}),
          Map.entry("a fishing boat", new Place[] {RIVER, LAKE, LAKE, SEA}),
          Map.entry("fireworks", new Place[] {CITY, SEA, VILLAGE, LAKE}));

  private static final Map<String, Season> SEASONAL =
      Map.ofEntries(
          Map.entry("cherry blossoms", Season.SPRING),
          Map.entry("a tulip", Season.SPRING),
          Map.entry("a daffodil", Season.SPRING),
          Map.entry("a seedling", Season.SPRING),
          Map.entry("a willow", Season.SPRING),
          Map.entry("a butterfly", Season.SPRING),
          Map.entry("a lotus", Season.SUMMER),
          Map.entry("a sunflower", Season.SUMMER),
          Map.entry("a watermelon", Season.SUMMER),
          Map.entry("a palm tree", Season.SUMMER),
          Map.entry("an ice cream", Season.SUMMER),
          Map.entry("a maple leaf", Season.AUTUMN),
          Map.entry("fallen leaves", Season.AUTUMN),
          Map.entry("an ear of rice", Season.AUTUMN),
          Map.entry("a pumpkin", Season.AUTUMN),
          Map.entry("wild geese", Season.AUTUMN),
          Map.entry("a mooncake", Season.AUTUMN),
          Map.entry("a squirrel", Season.AUTUMN),
          Map.entry("plum blossoms", Season.WINTER),
          Map.entry("a snowman", Season.WINTER),
          Map.entry("a christmas tree", Season.WINTER),
          Map.entry("a penguin", Season.WINTER),
          Map.entry("a bare tree", Season.WINTER));

  private static final Map<Mood, String[]> FAVOURED =
      Map.ofEntries(
          Map.entry(
              Mood.LONELY,
              new String[] {"a boat", "a traveler", "a bare tree", "the moon", "a wolf", "a man"}),
          Map.entry(
              Mood.CALM,
              new String[] {"a swan", "a lotus", "a boat", "a cup of tea", "bamboo", "a monk"}),
          Map.entry(
              Mood.JOYFUL,
              new String[] {"a balloon", "a kite", "a flower", "a girl", "a dog", "fireworks"}),
          Map.entry(
              Mood.SAD,
              new String[] {
                "fallen leaves", "an umbrella", "a bare tree", "wild geese", "a woman"
              }),
          Map.entry(
              Mood.MYSTERIOUS,
              new String[] {"an owl", "a crescent moon", "a black cat", "a castle", "a ghost"}),
          Map.entry(
              Mood.WILD,
              new String[] {
                "a horse", "an eagle", "a dragon", "a tiger", "a lighthouse", "a ship"
              }),
          Map.entry(
              Mood.DREAMY,
              new String[] {"a unicorn", "a fairy", "a star", "a whale", "a rainbow", "a castle"}),
          Map.entry(
              Mood.HOMESICK,
              new String[] {"the moon", "a fishing boat", "a house", "wild geese", "a lantern"}),
          Map.entry(Mood.LOVE, new String[] {"a heart", "a rose", "a couple", "a letter"}),
          Map.entry(Mood.HOPE, new String[] {"the sun", "a seedling", "a rainbow", "a dove"}),
          Map.entry(
              Mood.FAREWELL,
              new String[] {"a willow", "a sailboat", "a boat", "a train", "a bridge"}),
          Map.entry(Mood.FREEDOM, new String[] {"a bird", "an eagle", "a kite", "a horse"}),
          Map.entry(Mood.WARM, new String[] {"a campfire", "a candle", "a lamp", "a house"}));

  /** What a season calls to mind. */
  private static final Map<Season, String[]> EMBLEMS =
      Map.of(
          Season.SPRING,
          new String[] {
            "cherry blossoms", "a willow", "a butterfly", "a tulip", "a flower", "a bird", "a kite"
          },
          Season.SUMMER,
          new String[] {"a lotus", "the sun", "a sunflower", "a palm tree", "a sailboat", "a frog"},
          Season.AUTUMN,
          new String[] {
            "a maple leaf", "fallen leaves", "wild geese", "the moon", "an ear of rice", "a deer"
          },
          Season.WINTER,
          new String[] {
            "a snowman", "plum blossoms", "a pine tree", "a bare tree", "a hut", "a penguin"
          });

  private static final Set<String> OF_NIGHT =
      Set.of(
          "the moon",
          "a crescent moon",
          "a star",
          "a comet",
          "fireworks",
          "a lantern",
          "an owl",
          "a ghost",
          "a candle");

  private final List<Subject> subjects;
  private final Set<Set<String>> apart;
  private final double[] cumulated;

  /** Returns a sampler over the subjects, keeping apart the pairs given. */
  public SceneSampler(List<Subject> subjects, Set<Set<String>> heldOutPairs) {
    this.subjects = List.copyOf(subjects);
    this.apart = heldOutPairs;
    this.cumulated = new double[subjects.size()];
    double sum = 0;
    for (int i = 0; i < cumulated.length; i++) {
      sum += Math.sqrt(subjects.get(i).weight()); // rare subjects must be learned too
      cumulated[i] = sum;
    }
  }

  /** Returns the scene of a seed. */
  public Scene sample(long seed) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 11);
    if (random.nextDouble() < CLOSE) {
      return close(seed, random);
    }
    Mood mood =
        random.nextDouble() < .72
            ? Mood.NONE
            : Mood.values()[1 + random.nextInt(Mood.values().length - 1)];
    boolean landscape = random.nextDouble() < (mood == Mood.NONE ? .12 : .2);
    boolean seasonal = mood == Mood.NONE && random.nextDouble() < .14;
    Season season = Season.values()[random.nextInt(4)];
    Subject main =
        landscape
            ? null
            : seasonal
                ? named(EMBLEMS.get(season)[random.nextInt(EMBLEMS.get(season).length)])
                : mainSubject(mood, random);
    Place place =
        main == null
            ? Place.values()[random.nextInt(UNDERWATER.ordinal() + 1)]
            : placeOf(main, random);
    season = seasonal ? season : season(main, mood, random);
    Time time = time(main, mood, random);
    Weather weather = weather(main, season, time, mood, random);
    List<Cast> cast = new ArrayList<>();
    if (main != null) {
      cast.add(cast(main, mood != Mood.LONELY, random));
      double more = mood == Mood.LONELY ? .15 : .3;
      while (cast.size() < 3 && random.nextDouble() < more) {
        Subject other = companion(place, time, weather, random);
        if (other != null && goesWith(cast, other)) {
          cast.add(cast(other, true, random));
        }
        more = .22;
      }
    }
    return new Scene(
        seed, season, time, weather, place, style(random), mood, false, List.copyOf(cast));
  }

  /** Returns a scene of one subject near by, each subject as often: it teaches the names. */
  private Scene close(long seed, SplittableRandom random) {
    Subject main = subjects.get(random.nextInt(subjects.size()));
    Place place = placeOf(main, random);
    Season season = season(main, Mood.NONE, random);
    Time time = random.nextDouble() < .5 ? Time.DAY : time(main, Mood.NONE, random);
    Style style = random.nextDouble() < .5 ? Style.ILLUSTRATION : style(random);
    List<Cast> cast = List.of(cast(main, false, random));
    return new Scene(seed, season, time, Weather.CLEAR, place, style, Mood.NONE, true, cast);
  }

  /** Returns a scene with the parts given, for checks on pairs that training never saw. */
  public Scene scene(long seed, Place place, Season season, Time time, List<Subject> of) {
    List<Cast> cast = of.stream().map(s -> new Cast(s, 1, Hue.OWN)).toList();
    return new Scene(
        seed, season, time, Weather.CLEAR, place, Style.ILLUSTRATION, Mood.NONE, false, cast);
  }

  /** Returns where a subject may stand: the first place that suits it. */
  public Place placeOf(Subject subject, SplittableRandom random) {
    Place[] places = BELONGS.getOrDefault(subject.en(), STANDS.get(subject.kind()));
    return places[random.nextInt(places.length)];
  }

  private Subject mainSubject(Mood mood, SplittableRandom random) {
    String[] favoured = FAVOURED.get(mood);
    if (favoured != null && random.nextDouble() < .7) {
      return named(favoured[random.nextInt(favoured.length)]);
    }
    return any(random);
  }

  /** Returns the subject of an English name. */
  public Subject named(String en) {
    for (Subject subject : subjects) {
      if (subject.en().equals(en)) {
        return subject;
      }
    }
    throw new IllegalArgumentException("there is no subject " + en);
  }

  /** Returns whether a scene is what its season calls to mind, so that the season can name it. */
  static boolean typical(Scene scene) {
    return scene.cast().isEmpty()
        || List.of(EMBLEMS.get(scene.season())).contains(scene.cast().get(0).subject().en());
  }

  private Subject any(SplittableRandom random) {
    double u = random.nextDouble() * cumulated[cumulated.length - 1];
    int i = 0;
    while (cumulated[i] <= u) {
      i++;
    }
    return subjects.get(i);
  }

  /** Returns a subject that may stand in the place too, or null if chance finds none. */
  private Subject companion(Place place, Time time, Weather weather, SplittableRandom random) {
    for (int attempt = 0; attempt < 60; attempt++) {
      Subject subject = any(random);
      Place[] places = BELONGS.getOrDefault(subject.en(), STANDS.get(subject.kind()));
      boolean sunny = time != Time.NIGHT && weather == Weather.CLEAR;
      boolean suits =
          switch (subject.en()) {
            case "the sun" -> sunny;
            case "a rainbow" -> time == Time.DAY;
            case "the moon", "a crescent moon", "a star", "a comet", "fireworks" ->
                time == Time.NIGHT && weather == Weather.CLEAR;
            default -> true;
          };
      if (suits && List.of(places).contains(place)) {
        return subject;
      }
    }
    return null;
  }

  private boolean goesWith(List<Cast> cast, Subject other) {
    for (Cast there : cast) {
      Subject subject = there.subject();
      boolean twoLights = subject.kind() == Kind.SKY && other.kind() == Kind.SKY;
      if (subject.equals(other) || twoLights) {
        return false;
      }
      if (apart.contains(Set.of(subject.en(), other.en()))) {
        return false;
      }
    }
    return true;
  }

  private static Cast cast(Subject subject, boolean several, SplittableRandom random) {
    boolean counted = several && !subject.plural().isEmpty() && subject.kind() != Kind.BUILD;
    int count = counted && random.nextDouble() < .14 ? 2 + random.nextInt(2) : 1;
    Hue hue =
        subject.recolorable() && random.nextDouble() < .35
            ? Hue.values()[1 + random.nextInt(Hue.values().length - 1)]
            : Hue.OWN;
    return new Cast(subject, count, hue);
  }

  private static Season season(Subject main, Mood mood, SplittableRandom random) {
    Season own = main == null ? null : SEASONAL.get(main.en());
    if (own != null && random.nextDouble() < .8) {
      return own;
    }
    double u = random.nextDouble();
    return switch (mood) {
      case SAD, HOMESICK -> u < .6 ? Season.AUTUMN : u < .8 ? Season.WINTER : Season.SPRING;
      case LONELY -> u < .45 ? Season.WINTER : u < .85 ? Season.AUTUMN : Season.SPRING;
      case JOYFUL, LOVE, HOPE -> u < .6 ? Season.SPRING : u < .9 ? Season.SUMMER : Season.AUTUMN;
      default -> Season.values()[(int) (u * 4)];
    };
  }

  private static Time time(Subject main, Mood mood, SplittableRandom random) {
    double u = random.nextDouble();
    if (main != null && OF_NIGHT.contains(main.en())) {
      return u < .85 ? Time.NIGHT : Time.DUSK;
    }
    if (main != null && main.en().equals("the sun")) {
      return u < .5 ? Time.DAY : u < .75 ? Time.DAWN : Time.DUSK;
    }
    if (main != null && main.en().equals("a rainbow")) {
      return Time.DAY;
    }
    return switch (mood) {
      case LONELY, MYSTERIOUS, HOMESICK -> u < .6 ? Time.NIGHT : u < .9 ? Time.DUSK : Time.DAWN;
      case DREAMY -> u < .5 ? Time.NIGHT : u < .8 ? Time.DAWN : Time.DUSK;
      case HOPE -> u < .6 ? Time.DAWN : Time.DAY;
      case JOYFUL, FREEDOM -> u < .85 ? Time.DAY : Time.DAWN;
      case WARM -> u < .5 ? Time.DUSK : u < .8 ? Time.NIGHT : Time.DAY;
      case FAREWELL, SAD -> u < .5 ? Time.DUSK : u < .8 ? Time.DAY : Time.NIGHT;
      default -> u < .46 ? Time.DAY : u < .58 ? Time.DAWN : u < .76 ? Time.DUSK : Time.NIGHT;
    };
  }

  private static Weather weather(
      Subject main, Season season, Time time, Mood mood, SplittableRandom random) {
    double u = random.nextDouble();
    String name = main == null ? "" : main.en();
    if (main != null && main.kind() == Kind.SKY && !name.equals("a cloud")) {
      return u < .9 ? Weather.CLEAR : Weather.WIND;
    }
    if (name.equals("an umbrella")) {
      return u < .65 ? Weather.RAIN : u < .8 ? Weather.WIND : Weather.CLEAR;
    }
    if (name.equals("a kite") || name.equals("a windmill")) {
      return u < .5 ? Weather.WIND : Weather.CLEAR;
    }
    if (name.equals("a lighthouse") || mood == Mood.WILD) {
      return u < .4
          ? Weather.STORM
          : u < .55 ? Weather.WIND : u < .65 ? Weather.FOG : Weather.CLEAR;
    }
    if (season == Season.WINTER && u < .45) {
      return Weather.SNOW;
    }
    double v = random.nextDouble();
    return switch (mood) {
      case SAD, FAREWELL -> v < .5 ? Weather.RAIN : v < .65 ? Weather.FOG : Weather.CLEAR;
      case MYSTERIOUS -> v < .6 ? Weather.FOG : Weather.CLEAR;
      case JOYFUL, HOPE, LOVE, WARM -> v < .9 ? Weather.CLEAR : Weather.WIND;
      default ->
          v < .6
              ? Weather.CLEAR
              : v < .74
                  ? Weather.RAIN
                  : v < .83 ? Weather.FOG : v < .91 ? Weather.STORM : Weather.WIND;
    };
  }

  private static Style style(SplittableRandom random) {
    double u = random.nextDouble();
    double[] shares = {.38, .12, .14, .12, .06, .06, .08, .04}; // in the order of Style
    int i = 0;
    while (i < shares.length - 1 && u >= shares[i]) {
      u -= shares[i++];
    }
    return Style.values()[i];
  }
}
