"""The label desk and TOPCAT, linked by a JSAMP hub: topcat_check.py PROGRAM SURVEY FOLDER. Exit code 0 if all holds.

TOPCAT runs on a display of its own (Xvfb) and is used by mouse (xdotool); a snooper of JSAMP writes down what is said.

Nothing that comes and goes, as `samp ping` does, may be at the hub while TOPCAT registers: it asks every client for its
name, and gives up half registered where one is gone by then.
"""
import os, re, subprocess, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser

PROGRAM, SURVEY, FOLDER = sys.argv[1:4]
JSAMP = ["java", "-cp", "/usr/share/java/jsamp.jar", "org.astrogrid.samp.JSamp"]
# Of a row that is marked in TOPCAT.
MARK = "B8CFE5"
READY = "document.body.dataset.ready === 'yes'"
NAME = "document.querySelector('#name').textContent"
os.environ["SAMP_HUB"] = f"std-lockurl:file://{FOLDER}/samp.lock"
# TOPCAT keeps what it is told in the home folder.
os.environ["HOME"] = FOLDER
started = []


def start(words, log=None, **more):
    out = open(f"{FOLDER}/{log}", "ab") if log else subprocess.DEVNULL
    process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT, **more)
    started.append(process)
    return process


def until(what, claim, do=None, pause=10, wait=150):
    """Waits until something is so, and does what brings it about: an event may be lost, so again after each pause.

    Nothing is done where it is so already: a box that is ticked stays ticked.
    """
    end, next_try, tries = time.time() + wait, 0, 0
    while True:
        value = what()
        if value:
            return value
        if time.time() > end:
            raise AssertionError(f"not within {wait} s" + (f" and {tries} tries" if do else "") + f": {claim}")
        if do and time.time() > next_try:
            do()
            tries += 1
            next_try = time.time() + pause
        else:
            time.sleep(0.2)


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=120)


def heard():
    return open(f"{FOLDER}/snooper.log", errors="replace").read()


def messages(sender, mtype):
    """The parameters of the messages of a type that the snooper got from a client."""
    pattern = r"\(%s\) --- \w+[^\n]*\n\s*\n?\{\s*\"samp.mtype\": \"%s\",(.*?)\} \}" % (sender, re.escape(mtype))
    return re.findall(pattern, heard(), re.S)


def click(x, y, shift=False):
    # What is under the pointer hears that it came before it hears the button.
    words = ["mousemove", str(x), str(y), "sleep", "0.1", "click", "1"]
    subprocess.run(["xdotool", *(["keydown", "shift", *words, "keyup", "shift"] if shift else words)], check=True)
    still()


def scroll(x, y, button):
    """Turns the wheel to the end: 4 up, 5 down."""
    subprocess.run(["xdotool", "mousemove", str(x), str(y), *["click", str(button)] * 60], check=True)
    still()


def still():
    """Waits until the screen has not changed for half a second, the gauge of memory aside, which always does."""
    last = None
    for _ in range(60):
        time.sleep(0.5)
        now = part("1280x275+0+0") + part("1280x580+0+320")
        if now == last:
            return
        last = now


def part(place):
    """The grey values of a part of the screen, WIDTHxHEIGHT+X+Y."""
    return subprocess.run(["import", "-window", "root", "-crop", place, "gray:-"], capture_output=True).stdout


def colours(*places):
    """The colours of the screen at some places, as RRGGBB."""
    picture = f"{FOLDER}/screen.png"
    subprocess.run(["import", "-window", "root", picture], check=True)
    words = "".join(f"%[hex:u.p{{{x},{y}}}] " for x, y in places)
    return subprocess.run(
        ["identify", "-format", words, picture], capture_output=True, text=True, check=True).stdout.upper().split()


def windows():
    """Titles of the windows that are seen."""
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", "."], capture_output=True, text=True).stdout.split()
    names = [subprocess.run(["xdotool", "getwindowname", w], capture_output=True, text=True).stdout for w in found]
    return [n.strip() for n in names if n.strip() not in ("Content window", "FocusProxy")]


def is_open(title):
    return any(title in name for name in windows())


def opened(title, *button):
    """Clicks a button until its window is there, and waits until that has been drawn."""
    until(lambda: is_open(title), f"TOPCAT opens {title}", lambda: click(*button), pause=20)
    still()


def display():
    read, write = os.pipe()
    start(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24"], pass_fds=[write])
    os.close(write)
    return ":" + os.read(read, 16).decode().strip()


def hub():
    return start([*JSAMP, "hub", "-mode", "no-gui", "-profiles", "std"], "hub.log")


def at_hub(name):
    """Whether a program has told the hub its name."""
    return f'"samp.name": "{name}"' in heard()


def is_linked():
    """Whether TOPCAT shows a plug in its socket; before that it tells no row to anyone."""
    return int(colours((811, 288))[0][:2], 16) < 0x60


def has_table():
    """Whether TOPCAT has a table: the buttons for it are drawn in black."""
    return min(part("24x24+150+28")) < 0x40


def column(name):
    lines = run("table", "convert", f"{SURVEY}/candidates.vot", "--format", "csv").stdout.splitlines()
    place = lines[0].split(",").index(name)
    return [line.split(",")[place] for line in lines[1:]]


def row_line(row):
    """Where a row, from 0, is seen in TOPCAT's table window."""
    return 173 + 16 * row


def marked():
    """The rows that TOPCAT's table window marks, of those that are seen; nothing unless the window shows its table."""
    seen = colours(*((264, row_line(row) + 5) for row in range(14)))
    return [row for row in range(14) if seen[row] == MARK] if set(seen) <= {MARK, "FFFFFF"} else None


def has_list():
    """Whether the window of activation actions shows its list, whose boxes differ from what is around them."""
    return len(set(part("9x300+96+150"))) > 8


def is_at_end():
    """Whether the list of activation actions is scrolled to its end: the bar beside it ends there."""
    return colours((270, 444)) != ["EEEEEE"]


def is_ticked():
    """Whether the last of the activation actions, *Send row index*, is ticked."""
    return is_at_end() and int(colours((100, 452))[0][:2], 16) < 0x80


def tick(anew=False):
    """Ticks *Send row index* among the activation actions."""
    opened("Activation Actions", 342, 40)
    until(has_list, "the activation actions are listed")
    until(is_at_end, "the list of activation actions scrolls to its end", lambda: scroll(170, 400, 5))
    if anew:
        print(f"Send row index was ticked: {is_ticked()}", file=sys.stderr)
        until(lambda: not is_ticked(), "Send row index is no longer ticked", lambda: click(100, 452))
    until(is_ticked, "Send row index is ticked", lambda: click(100, 452))
    until(lambda: not is_open("Activation Actions"), "the activation actions close", lambda: click(515, 100))


def last_row():
    """The row that TOPCAT told last."""
    told = messages("topcat", "table.highlight.row")
    return int(re.search(r'"row": "(\d+)"', told[-1])[1]) if told else None


def page(script):
    """The value of a script on the page; nothing while the page is not there."""
    try:
        return browser.js(script)
    except RuntimeError:
        return None


def text(selector):
    return page(f"document.querySelector('{selector}').textContent") or ""


def situation():
    """What is to be seen, in words: where the test runs by itself nobody sees the screen."""
    def tried(what):
        try:
            return what()
        except Exception as error:
            return repr(error)
    lines = [f"windows of TOPCAT: {tried(windows)}", f"rows marked: {tried(marked)}"]
    lines.append(f"hub: {tried(lambda: run('samp', 'ping').stdout)!r}")
    lines += [f"page, {part}: {tried(lambda: text(part))!r}" for part in ("#set", "#count", "#name", "#notice")]
    pattern = r'\(([^)]*)\) --- \w+[^\n]*\n\s*\n?\{\s*"samp.mtype": "((?:table|coord|spectrum)[^"]*)"'
    said = re.findall(pattern, heard())
    lines.append("said: " + ", ".join(" ".join(pair) for pair in said[-12:]))
    lines.append(f"TOPCAT: {tried(lambda: open(f'{FOLDER}/topcat.log', errors='replace').read()[-600:])}")
    return "\n".join(lines)


os.environ["DISPLAY"] = display()
os.environ["JAVA_TOOL_OPTIONS"] = "-Djava.awt.headless=false"
first_hub = hub()
until(lambda: os.path.exists(f"{FOLDER}/samp.lock"), "the hub starts")
start([*JSAMP, "snooper"], "snooper.log")
until(lambda: "samp.hub.event" in heard(), "the snooper is at the hub")
start(["topcat"], "topcat.log")
desk = subprocess.Popen(
    [PROGRAM, "label", "--survey", SURVEY, "--no-browser", "--rater", f"tester {os.getpid()}"], stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL, text=True)
started.append(desk)
browser = None
try:
    browser = Browser()
    browser.go(desk.stdout.readline().strip())
    until(lambda: page(READY), "the page is ready")
    until(lambda: at_hub("VOTrawl") and at_hub("topcat"), "TOPCAT and the desk are at the hub")
    until(is_linked, "TOPCAT shows that it is linked to the hub")

    # Candidates arrive.
    sent = run("send", "--survey", SURVEY)
    assert sent.returncode == 0 and "topcat" in sent.stdout + sent.stderr, sent.stderr
    until(lambda: messages("VOTrawl", "table.load.votable"), "the message is as the snooper expects it")
    names = column("designation")
    print(f"{len(names)} candidates in TOPCAT")

    # A row there is a spectrum here.
    until(has_table, "TOPCAT has the table")
    still()
    tick()
    opened("Table Browser", 161, 40)
    until(lambda: marked() == [], "TOPCAT shows the table")
    tries = 0

    def click_row_8():
        global tries
        tries += 1
        if tries > 2:
            print(f"TOPCAT has told no row after {tries - 1} tries; the action is ticked anew", file=sys.stderr)
            until(lambda: not is_open("Table Browser"), "the table closes", lambda: click(243, 100))
            tick(anew=True)
            opened("Table Browser", 161, 40)
        # A row is told when another was marked before.
        click(200, row_line(3))
        click(200, row_line(8))

    until(lambda: marked() == [8] and last_row() == 8, "TOPCAT tells the row that was clicked", click_row_8, pause=20)
    until(lambda: page(NAME) == names[8], f"the page shows {names[8]}, the row that was clicked in TOPCAT")
    print("a click in TOPCAT moves the page")

    # A selection there is a set here.
    def select():
        click(200, row_line(2))
        click(200, row_line(7), shift=True)

    def transmit():
        if not is_open("New Subset"):
            opened("New Subset", 90, 100)
        click(365, 282)

    until(lambda: marked() == list(range(2, 8)), "TOPCAT marks rows 2 to 7", select)
    # A selection that is sent twice is the same set.
    until(lambda: messages("topcat", "table.select.rowList"), "TOPCAT transmits the selection", transmit, pause=20)
    until(lambda: not is_open("New Subset"), "the window of the new subset closes", transmit, pause=20)
    until(lambda: "selection from topcat" in text("#set") and text("#count") == "0 / 6",
          "the selection is a set of six")
    time.sleep(3.5)  # Rows that were told less than three seconds ago count as echoes.
    until(lambda: page(NAME) == names[2], "the page shows the first of the selection")
    said = messages("VOTrawl", "table.highlight.row")
    assert not any('"row": "8"' in m for m in said), "the page says back what TOPCAT said"
    print("a selection in TOPCAT is a set to label")

    # A spectrum here is a row there.
    told = len(messages("VOTrawl", "table.highlight.row"))
    until(lambda: page(NAME) != names[2] and messages("VOTrawl", "table.highlight.row")[told:],
          "the page tells what it shows", lambda: browser.key("ArrowRight"), pause=20)
    until(lambda: page(NAME) in names and marked() == [names.index(page(NAME))],
          "TOPCAT marks the row that the page shows")
    print("a spectrum on the page moves TOPCAT")

    # What was found here is a selection there.
    until(lambda: text("#count") != "0 / 6", "the page counts the label", lambda: browser.key("2"), pause=20)
    until(lambda: page("document.body.dataset.pending === '0'"), "the label is saved")
    until(lambda: messages("VOTrawl", "table.select.rowList"), "the page tells what was found",
          lambda: browser.key("T"), pause=20)
    until(lambda: messages("VOTrawl", "coord.pointAt.sky"), "the page points at the sky",
          lambda: browser.key("t"), pause=20)
    until(lambda: messages("VOTrawl", "spectrum.load.ssa-generic"), "the page sends the spectrum")
    until(lambda: "topcat" in text("#notice"), "TOPCAT has what was sent")

    # Back to the round.
    until(lambda: "selection" not in text("#set"), "B goes back", lambda: browser.key("b"), pause=20)

    # The hub ends and another starts. (TOPCAT never looks whether its hub still lives, so that it must be told; that
    # ours outlives a hub killed without a word is tested with JSAMP's clients.)
    first_hub.terminate()
    first_hub.wait()
    until(lambda: "gone" in text("#notice"), "the page says that the hub is gone")
    hub()

    def click_row_12():
        scroll(400, 300, 4)
        click(200, row_line(11))
        click(200, row_line(12))

    until(lambda: page(NAME) == names[12], "TOPCAT and the page are linked again", click_row_12, wait=240)
    print("linked again after the hub had ended and come again")
    faults = [c for c in browser.console if "ERR_" not in c]
    assert not faults, f"the console says {faults}"
except Exception:
    print(situation(), file=sys.stderr)
    raise
finally:
    if browser:
        browser.kill()
    for process in reversed(started):
        process.kill()
        process.wait()
