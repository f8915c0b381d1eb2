package dev.triptych.training.picture;

import java.util.List;

/**
 * What a composed picture shows, before it is drawn and before it is put into words.
 *
 * @param seed draws it: the same scene and seed give the same picture
 * @param mood decides nothing about the drawing; it was drawn first and made the rest likely
 * @param close whether its one subject is shown near, filling much of the picture
 */
public record Scene(
    long seed,
    Season season,
    Time time,
    Weather weather,
    Place place,
    Style style,
    Mood mood,
    boolean close,
    List<Cast> cast) {

  /** A subject in the scene: so many of it, perhaps in another color. */
  public record Cast(Subject subject, int count, Hue hue) {}

  /** Season of the year, with its name in both languages. */
  public enum Season {
    SPRING("spring", "春天", "春"),
    SUMMER("summer", "夏天", "夏"),
    AUTUMN("autumn", "秋天", "秋"),
    WINTER("winter", "冬天", "冬");

    final String en;
    final String zh;
    final String brief;

    Season(String en, String zh, String brief) {
      this.en = en;
      this.zh = zh;
      this.brief = brief;
    }
  }

  /** Time of the day. */
  public enum Time {
    DAWN("at dawn", "dawn", "清晨", "晨"),
    DAY("in the daytime", "day", "白天", "日"),
    DUSK("at dusk", "dusk", "黄昏", "暮"),
    NIGHT("at night", "night", "夜晚", "夜");

    final String en;
    final String noun;
    final String zh;
    final String brief;

    Time(String en, String noun, String zh, String brief) {
      this.en = en;
      this.noun = noun;
      this.zh = zh;
      this.brief = brief;
    }
  }

  /** Weather. */
  public enum Weather {
    CLEAR("under a clear sky", "clear", "clear sky", "晴空下", "晴"),
    RAIN("in the rain", "rainy", "rain", "雨中", "雨"),
    SNOW("in the snow", "snowy", "snow", "雪中", "雪"),
    FOG("in the fog", "foggy", "fog", "雾中", "雾"),
    STORM("in a storm", "stormy", "storm", "暴风雨中", "暴风雨"),
    WIND("in the wind", "windy", "wind", "风中", "风");

    final String en;
    final String adjective;
    final String noun;
    final String zh;
    final String brief;

    Weather(String en, String adjective, String noun, String zh, String brief) {
      this.en = en;
      this.adjective = adjective;
      this.noun = noun;
      this.zh = zh;
      this.brief = brief;
    }
  }

  /** Where it is. */
  public enum Place {
    SEA("on the sea", "the sea", "海上", "大海"),
    BEACH("on the beach", "a beach", "海边", "海滩"),
    MOUNTAINS("in the mountains", "mountains", "山中", "山"),
    MEADOW("in a meadow", "a meadow", "草地上", "草地"),
    FIELD("in the fields", "fields", "田野里", "田野"),
    FOREST("in a forest", "a forest", "森林里", "森林"),
    CITY("in the city", "a city street", "城市街头", "城市"),
    DESERT("in the desert", "a desert", "沙漠里", "沙漠"),
    RIVER("by a river", "a river", "河边", "河"),
    LAKE("by a lake", "a lake", "湖边", "湖"),
    GARDEN("in a garden", "a garden", "花园里", "花园"),
    VILLAGE("in a village", "a village", "村庄里", "村庄"),
    INDOORS("by the window", "a room", "窗前", "屋里"),
    SPACE("in space", "space", "太空中", "星空"),
    UNDERWATER("under the sea", "the sea floor", "海底", "海底");

    final String en;
    final String noun;
    final String zh;
    final String zhNoun;

    Place(String en, String noun, String zh, String zhNoun) {
      this.en = en;
      this.noun = noun;
      this.zh = zh;
      this.zhNoun = zhNoun;
    }
  }

  /** Manner, made by procedure from the drawn scene. */
  public enum Style {
    ILLUSTRATION("illustration", "插画"),
    PAINTING("oil painting", "油画"),
    WATERCOLOR("watercolor", "水彩"),
    INK("ink wash painting", "水墨画"),
    PIXEL("pixel art", "像素画"),
    FLAT("flat design", "扁平风格"),
    PHOTO("photo", "照片"),
    PENCIL("pencil drawing", "铅笔画");

    final String en;
    final String zh;

    Style(String en, String zh) {
      this.en = en;
      this.zh = zh;
    }
  }

  /** Mood words in both languages, most usual first; {@code NONE} has none. */
  public enum Mood {
    NONE(List.of(), List.of()),
    LONELY(List.of("lonely", "loneliness", "alone"), List.of("孤独", "寂寞", "独自")),
    CALM(List.of("calm", "peaceful", "quiet"), List.of("宁静", "安静", "平静")),
    JOYFUL(List.of("joyful", "happy", "joy"), List.of("欢乐", "快乐", "喜悦")),
    SAD(List.of("sad", "melancholy", "sorrow"), List.of("忧伤", "悲伤", "惆怅")),
    MYSTERIOUS(List.of("mysterious", "mystery"), List.of("神秘", "幽深")),
    WILD(List.of("wild", "fierce", "power"), List.of("壮阔", "狂野", "力量")),
    DREAMY(List.of("dreamy", "a dream", "fantasy"), List.of("梦幻", "梦", "幻想")),
    HOMESICK(List.of("homesick", "homesickness", "hometown"), List.of("思乡", "乡愁", "故乡")),
    LOVE(List.of("romantic", "love"), List.of("浪漫", "爱情", "爱")),
    HOPE(List.of("hopeful", "hope", "a new beginning"), List.of("希望", "新的开始", "未来")),
    FAREWELL(List.of("farewell", "parting", "goodbye"), List.of("离别", "送别", "告别")),
    FREEDOM(List.of("freedom", "free"), List.of("自由", "飞翔")),
    WARM(List.of("warm", "warmth", "home"), List.of("温暖", "家"));

    final List<String> en;
    final List<String> zh;

    Mood(List<String> en, List<String> zh) {
      this.en = en;
      this.zh = zh;
    }
  }

  /** A named color that a subject can take; {@code OWN} leaves it as it is. */
  public enum Hue {
    OWN("", "", 0),
    RED("red", "红色", .0f),
    ORANGE("orange", "橙色", .08f),
    YELLOW("yellow", "黄色", .15f),
    GREEN("green", "绿色", .35f),
    BLUE("blue", "蓝色", .59f),
    PURPLE("purple", "紫色", .76f),
    PINK("pink", "粉色", .92f),
    WHITE("white", "白色", -1);

    final String en;
    final String zh;
    final float hue;

    Hue(String en, String zh, float hue) {
      this.en = en;
      this.zh = zh;
      this.hue = hue;
    }
  }
}
