"""The label desk and TOPCAT, linked by a JSAMP hub: topcat_check.py PROGRAM SURVEY FOLDER. Exit code 0 if all holds.

TOPCAT runs on a display of its own (Xvfb) and is used by mouse (xdotool); a snooper of JSAMP writes down what is said.
"""
import os, re, subprocess, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser

PROGRAM, SURVEY, FOLDER = sys.argv[1:4]
JSAMP = ["java", "-cp", "/usr/share/java/jsamp.jar", "org.astrogrid.samp.JSamp"]
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


def until(what, claim, wait=60):
    end = time.time() + wait
    while time.time() < end:
        value = what()
        if value:
            return value
        time.sleep(0.2)
    picture = f"{FOLDER}/screen.png"
    subprocess.run(["import", "-window", "root", picture], check=False, stderr=subprocess.DEVNULL)
    raise AssertionError(claim)


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=120)


def heard():
    return open(f"{FOLDER}/snooper.log", errors="replace").read()


def messages(sender, mtype):
    """The parameters of the messages of a type that the snooper got from a client."""
    pattern = r"\(%s\) --- \w+[^\n]*\n\s*\n?\{\s*\"samp.mtype\": \"%s\",(.*?)\} \}" % (sender, re.escape(mtype))
    return re.findall(pattern, heard(), re.S)


def click(x, y, shift=False):
    words = ["mousemove", str(x), str(y), "click", "1"]
    subprocess.run(["xdotool", *(["keydown", "shift", *words, "keyup", "shift"] if shift else words)], check=True)
    still()


def scroll(x, y, button):
    """Turns the wheel to the end: 4 up, 5 down."""
    subprocess.run(["xdotool", "mousemove", str(x), str(y), *["click", str(button)] * 60], check=True)
    still()


def still():
    """Waits until the screen has not changed for half a second; the gauge of memory aside, which always does."""
    last = None
    for _ in range(60):
        time.sleep(0.5)
        now = subprocess.run(
            ["import", "-window", "root", "-crop", "1220x840+60+60", "gray:-"], capture_output=True).stdout
        if now == last:
            return
        last = now


def window(title):
    """Waits for a window of TOPCAT."""
    words = ["xdotool", "search", "--onlyvisible", "--name", title]
    until(lambda: subprocess.run(words, capture_output=True).stdout, f"TOPCAT opens {title}")
    still()


def display():
    read, write = os.pipe()
    start(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24"], pass_fds=[write])
    os.close(write)
    return ":" + os.read(read, 16).decode().strip()


def hub():
    return start([*JSAMP, "hub", "-mode", "no-gui", "-profiles", "std"], "hub.log")


def clients():
    return run("samp", "ping").stdout + run("samp", "ping").stderr


def column(name):
    lines = run("table", "convert", f"{SURVEY}/candidates.vot", "--format", "csv").stdout.splitlines()
    place = lines[0].split(",").index(name)
    return [line.split(",")[place] for line in lines[1:]]


def row_line(row):
    """Where a row, from 0, is seen in TOPCAT's table window."""
    return 173 + 16 * row


def marked():
    """The rows that TOPCAT's table window marks, of those that are seen."""
    rows = range(14)
    words = [f"%[hex:u.p{{264,{row_line(row) + 5}}}] " for row in rows]
    picture = f"{FOLDER}/marked.png"
    subprocess.run(["import", "-window", "root", picture], check=True)
    colours = subprocess.run(
        ["identify", "-format", "".join(words), picture], capture_output=True, text=True, check=True).stdout.split()
    return [row for row in rows if colours[row].upper() == "B8CFE5"]


os.environ["DISPLAY"] = display()
os.environ["JAVA_TOOL_OPTIONS"] = "-Djava.awt.headless=false"
first_hub = hub()
until(lambda: os.path.exists(f"{FOLDER}/samp.lock"), "the hub starts")
start([*JSAMP, "snooper"], "snooper.log")
start(["topcat"], "topcat.log")
desk = subprocess.Popen(
    [PROGRAM, "label", "--survey", SURVEY, "--no-browser", "--rater", f"tester {os.getpid()}"], stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL, text=True)
started.append(desk)
browser = None
try:
    browser = Browser()
    browser.go(desk.stdout.readline().strip())
    browser.until(READY)
    until(lambda: "topcat" in clients() and "VOTrawl" in clients(), "TOPCAT and the desk are at the hub")

    # Candidates arrive.
    sent = run("send", "--survey", SURVEY)
    assert sent.returncode == 0 and "topcat" in sent.stdout + sent.stderr, sent.stderr
    until(lambda: messages("VOTrawl", "table.load.votable"), "the message is as the snooper expects it")
    names = column("designation")
    print(f"{len(names)} candidates in TOPCAT")

    # A row there is a spectrum here.
    still()
    click(342, 40)
    window("Activation Actions")
    scroll(170, 400, 5)
    click(100, 452)  # Send row index
    click(515, 100)  # Close
    click(161, 40)
    window("Table Browser")
    click(200, row_line(8))
    until(lambda: messages("topcat", "table.highlight.row"), "TOPCAT tells the row that was clicked")
    until(lambda: browser.js(NAME) == names[8], f"the page shows {names[8]}, the row that was clicked in TOPCAT")
    assert not any('"8"' in m for m in messages("VOTrawl", "table.highlight.row")), "the page says back what TOPCAT said"
    print("a click in TOPCAT moves the page")

    # A selection there is a set here.
    click(200, row_line(2))
    click(200, row_line(7), shift=True)
    click(90, 100)  # New subset of the selected rows
    click(365, 282)  # Transmit
    until(lambda: "selection from topcat" in browser.js("document.querySelector('#set').textContent")
          and browser.js("document.querySelector('#count').textContent") == "0 / 6", "the selection is a set of six")
    time.sleep(3.5)  # Rows that were told less than three seconds ago count as echoes.
    print("a selection in TOPCAT is a set to label")

    # A spectrum here is a row there.
    told = len(messages("VOTrawl", "table.highlight.row"))
    browser.key("ArrowRight")
    until(lambda: messages("VOTrawl", "table.highlight.row")[told:], "the page tells what it shows")
    row = names.index(browser.js(NAME))
    until(lambda: marked() == [row], f"TOPCAT marks row {row}, which the page shows")
    print("a spectrum on the page moves TOPCAT")

    # What was found here is a selection there.
    browser.key("2")
    browser.until("document.body.dataset.pending === '0'")
    browser.key("T")
    until(lambda: messages("VOTrawl", "table.select.rowList"), "the page tells what was found")
    browser.key("t")
    until(lambda: messages("VOTrawl", "coord.pointAt.sky"), "the page points at the sky")
    until(lambda: messages("VOTrawl", "spectrum.load.ssa-generic"), "the page sends the spectrum")
    until(lambda: "topcat" in browser.js("document.querySelector('#notice').textContent"), "TOPCAT has what was sent")

    # Back to the round.
    browser.key("b")
    until(lambda: "selection" not in browser.js("document.querySelector('#set').textContent"), "B goes back")

    # The hub ends and another starts. (TOPCAT never looks whether its hub still lives, so that it must be told; that
    # ours outlives a hub killed without a word is tested with JSAMP's clients.)
    first_hub.terminate()
    first_hub.wait()
    browser.until("document.querySelector('#notice').textContent.includes('gone')", wait=60)
    hub()

    def linked():
        scroll(400, 300, 4)
        click(200, row_line(11))
        click(200, row_line(12))
        return "topcat" in clients() and "VOTrawl" in clients() and browser.js(NAME) == names[12]

    until(linked, "TOPCAT and the page are linked again", wait=120)
    print("linked again after the hub had ended and come again")
    faults = [c for c in browser.console if "ERR_" not in c]
    assert not faults, f"the console says {faults}"
finally:
    if browser:
        browser.kill()
    for process in reversed(started):
        process.kill()
        process.wait()
