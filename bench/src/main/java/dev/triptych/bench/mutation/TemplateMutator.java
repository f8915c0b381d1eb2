package dev.triptych.bench.mutation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes a chat template: one that loops, nests or grows, or whose words stand elsewhere. */
final class TemplateMutator {

  private static final Pattern WORD = Pattern.compile("\\{[{%#]-?|-?[}%#]}|\\w+|\\S");
  private static final List<String> BOMBS =
      List.of(
          "{% for i in range(1000000000) %}x{% endfor %}",
          "{% for i in range(1000000000) %}{% endfor %}",
          "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}"
              + "{% endfor %}{% endfor %}",
          "{{ 'x' * 1000000000 }}",
          "{{ 'x' * 9223372036854775807 }}",
          "{{ [0] * 1000000000 }}",
          "{{ ([[0] * 60000] * 60000) | length }}",
          "{% set n = namespace(s='x') %}{% for i in range(64) %}{% set n.s = n.s + n.s %}{% endfor %}"
              + "{{ n.s }}",
          "{% set n = namespace(s='x') %}{% for i in range(64) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
          "{% set n = namespace(s=[1]) %}{% for i in range(64) %}{% set n.s = n.s + n.s %}{% endfor %}",
          "{% set n = namespace(s=[1]) %}{% for i in range(64) %}{% set n.s = [n.s, n.s] %}{% endfor %}"
              + "{{ n.s }}",
          "{% set n = namespace(s=[1]) %}{% for i in range(64) %}{% set n.s = [n.s, n.s] %}{% endfor %}"
              + "{{ n.s == n.s }}{{ n.s | tojson }}",
          "{% set n = namespace(s='a') %}{% for i in range(64) %}{% set n.s = n.s | replace('a', 'aaa') %}"
              + "{% endfor %}",
          "{% set n = namespace(s='a') %}{% for i in range(64) %}{% set n.s = n.s.replace('', 'ab') %}"
              + "{% endfor %}",
          "{% macro m(x) %}{{ m(x) }}{{ m(x) }}{% endmacro %}{{ m(1) }}",
          "{% macro m(x) %}{% if x > 0 %}{{ m(x - 1) }}{{ m(x - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
          "{% set x = [] %}{% set y = x.append(x) %}{{ x }}",
          "{% set x = [] %}{% set y = x.append(x) %}{{ x | tojson }}",
          "{% set x = {} %}{% set y = x.update({'a': x}) %}{{ x }}",
          "{% set x = {} %}{% set y = x.update({'a': x}) %}{{ x == x }}{{ x | tojson(indent=9) }}",
          "{% set n = namespace() %}{% set n.n = n %}{{ n }}{{ n == n }}",
          "{% for m in messages %}{% set y = messages.append(m) %}{% endfor %}",
          "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
          "{{ " + "[".repeat(5000) + "]".repeat(5000) + " }}",
          "{{ " + "not ".repeat(20000) + "1 }}",
          "{{ " + "-".repeat(20000) + "1 }}",
          "{{ 1" + " + 1".repeat(20000) + " }}",
          "{{ 'a'" + " | trim".repeat(20000) + " }}",
          "{{ messages" + "[0]".repeat(20000) + " }}",
          "{{ 1" + " if 1 else 1".repeat(20000) + " }}",
          "{% if true %}".repeat(3000) + "{% endif %}".repeat(3000),
          "{% if false %}" + "{% elif false %}".repeat(20000) + "{% endif %}",
          "{{ 9 ** 99999999 }}",
          "{{ 2 ** 63 }}{{ 9223372036854775807 + 1 }}{{ -9223372036854775807 * 9 }}",
          "{{ 99999999999999999999999999 }}",
          "{{ 1 // 0 }}",
          "{{ 1 % 0 }}",
          "{{ 1.0 / 0 }}{{ 1e999 }}",
          "{{ (-9223372036854775807 - 1) // -1 }}",
          "{{ '%1000000000d' % 5 }}",
          "{{ '%.1000000000f' % 5.0 }}",
          "{{ '%s%s%s' | format(1) }}",
          "{{ 'x' | center(1000000000) }}",
          "{{ 'x'.ljust(1000000000) }}{{ 'x'.zfill(1000000000) }}",
          "{{ 'a\\nb' | indent(1000000000) }}",
          "{{ messages | tojson(indent=1000000000) }}",
          "{{ range(1000000000) | list | length }}",
          "{{ range(1000000000) | sum }}",
          "{{ range(0, 10, 0) | list }}",
          "{{ range(-9223372036854775807, 9223372036854775807) | length }}",
          "{{ messages[9223372036854775807] }}{{ messages[-9223372036854775807] }}",
          "{{ 'abc'[::0] }}",
          "{{ 'abc'[-9223372036854775807:9223372036854775807:-1] }}",
          "{{ 'abc'.split('') }}",
          "{{ 'a,b'.split(',', -9223372036854775807) }}",
          "{{ ''.__class__.__mro__[1].__subclasses__() }}",
          "{{ messages.__class__.forName('java.lang.Runtime') }}",
          "{{ strftime_now('%Y' * 100000) }}{{ strftime_now('%') }}{{ strftime_now('%Q') }}",
          "{{ raise_exception('x' * 1000000) }}",
          "{{ raise_exception('two\nlines') }}",
          "{% include 'x' %}",
          "{% import 'x' as y %}",
          "{% extends 'x' %}",
          "{% call m() %}{% endcall %}",
          "{% raw %}",
          "{#",
          "{{ '" + "\\u0000".repeat(100) + "' }}",
          "{{ (((((messages | map(attribute='content')) | join) * 1000) | list) * 1000) | length }}",
          "{{ messages | sort(attribute='content') | groupby('role') | batch(0) | list }}",
          "{{ dict(a=1, **messages) }}",
          "{{ cycler('a').next() }}{{ joiner() }}{{ lipsum(100000) }}");

  private final SplittableRandom random;

  TemplateMutator(SplittableRandom random) {
    this.random = random;
  }

  /** Returns a template with one change. */
  String change(String template) {
    List<MatchResult> words = WORD.matcher(template).results().toList();
    if (words.isEmpty() || random.nextInt(5) < 2) {
      String bomb = BOMBS.get(random.nextInt(BOMBS.size()));
      return random.nextBoolean() ? bomb + template : template + bomb;
    }
    StringBuilder text = new StringBuilder(template);
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      MatchResult at = words.get(random.nextInt(words.size()));
      MatchResult other = words.get(random.nextInt(words.size()));
      int from = Math.min(at.start(), text.length());
      int to = Math.min(at.end(), text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.delete(from, to);
        case 1 -> text.insert(from, other.group() + " ");
        case 2 -> text.replace(from, to, other.group());
        case 3 -> text.setLength(to);
        default -> text.insert(to, " " + BOMBS.get(random.nextInt(BOMBS.size())));
      }
    }
    return text.toString();
  }
}
