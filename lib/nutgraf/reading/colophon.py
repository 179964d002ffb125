"""What a newsroom says around a story of its own work: what it corrects, who had a hand in it, what it owes or forbids, how its mail is got.

The rules of ``parts.toml`` know such lines by how they begin. Here they are known by what they speak of, in whatever order: "earlier
version" beside "misspelled" is a correction, "funded" beside "our journalism" a notice. Only lines around a story are asked, and one in
which somebody else speaks is none of them.
"""

from __future__ import annotations

import re

from nutgraf.reading.rules import Line

_TEXT = (
    r"(?:story|article|report|piece|post|column|interview|headline|caption|page|item|version|dispatch|review|text|podcast|episode|video"
    r"|graphic|map|chart|table|copy|transcript|obituary|blog|live ?blog|essay|feature|newsletter|profile)"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*)"
_SPEECH = re.compile(
    r"[\"”’],? (?:\w+ ){1,3}(?:said|says|told|added|wrote)\b|\b(?:said|says|told|asked|added),? [\"“‘]|[,”\"] (?:said|says) |, \w+ \w+ said\b"
    r"|(?<!incorrectly )(?<!wrongly )(?<!mistakenly )(?<!originally )(?<!we )(?<!version )(?<!article )(?<!story )\b(?:said|says)\b(?: on| in)? \w+day\b|\b(?:he|she|they) (?:said|says|told)\b"
    r"|\bsaid (?:he|she|they|it|that the)\b"
)
#: The newsroom means its own text.
_ITSELF = re.compile(
    rf"\b(?:this|our) (?:[\w’'.-]+ ){{0,3}}{_TEXT}\b|^\W*{_TEXT} (?:was |has been )?(?:amended|updated|corrected|edited|revised)\b"
    rf"|\b(?:an|in|the|our|as|of) (?:\w+ )?(?:earlier|previous|prior|original|initial|first|web|print|online|printed|broadcast) (?:\w+ )?(?:version|edition|headline"
    rf"|article|story|caption|post)s?\b(?! of (?!this|the {_TEXT}))"
    rf"|\b(?:yesterday|today|saturday|sunday|{_DAY}|last week|last month)[’']s (?:\w+ )?(?:edition|paper|issue|story|front page|column|{_TEXT})\b"
    rf"|\bthe (?:{_TEXT}|online|web|print) (?:originally|first|wrongly|incorrectly|mistakenly|previously)\b|\bin the (?:headline|caption) (?:of|to|above)\b"
    rf"|\b(?:i|we) (?:first|originally|wrongly|incorrectly|previously|mistakenly) (?:wrote|said|stated|reported|gave|called|named|described|published)\b"
    rf"|\bas (?:first|originally|previously) (?:stated|reported|published|written|printed)\b|\bas printed (?:on|in)\b"
)
_CHANGED = re.compile(
    r"\b(?:correct(?:ed|ion|ions|s)|corrigend\w+|errat\w+|amended|amends|clarif(?:y|ied|ies|ication\w*|ying)|refiled|revised|reissued|re-issued"
    r"|updat(?:e|es|ed|ing)|removed|replaced|adds|reflects?|edited to|fixed|fixes)\b"
)
_WRONG = re.compile(
    r"\b(?:incorrect(?:ly)?|wrong(?:ly)?|in error|errors?|mistakes?|mistakenly|erroneous(?:ly)?|mis(?:spel\w+|stat\w+|identif\w+|attribut\w+|reported|quot\w+|named"
    r"|label\w+|spoke|dated|calculated|transcribed)|inaccura\w+|typo|originally|first (?:said|stated|wrote|reported|gave)|apologi[sz]e\w*|omitted|left out|leaving out)\b"
)
_OWNS = re.compile(r"\bwe (?:deeply |sincerely |would like to )*(?:apologi[sz]e|regret|are sorry)\b|\b(?:is|are) sorry for the (?:error|mistake)|\bwe got (?:it|this|that) wrong\b")
_SURE_LABEL = re.compile(
    r"\W*(?:corrections?|corrigend(?:um|a)|errat(?:um|a)|clarifications?|amended|amendments?|corrected|(?:a )?correction (?:on|to)|we got it wrong)"
    r"\b(?: \([^)]{2,40}\)|[ ,(](?:\d{1,2}:\d\d|[^:]){1,40}?)?\s*(?::(?!\d)|[–—|]|\.\s)"
)
_NOTE_LABEL = re.compile(
    rf"\W*(?:(?:[\w’'-]+ ){{0,2}}note|editor[’']?s[’']? note|updates?|updated|edit|edited|p\.?s|footnote|{_DAY}\.? \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)? {_DAY}(?: \d{{4}})?)"
    r"\b(?:[ ,(](?:\d{1,2}[:.]\d\d|[^:]){1,40}?)?\s*(?::(?!\d)|[–—|])"
)
_UPDATED_TO = re.compile(r"\W*(?:updates?|updated|adds|recasts|corrects|refiles|removes|clarifies)\b(?: at [\d.:]+ ?(?:[ap]\.?m\.?)?,?)?[^.:]{0,30}\b(?:to (?:add|include|reflect|correct|clarify|show|say|make)|with|throughout|paragraph|headline)\b")

_CRAFT = (
    r"(?:report(?:ing|s)?|edit(?:ing|ors?|or)|sub-?edit(?:ing|ors?|or)|copy-?edit(?:ing|ors?|or)|writing|research(?:er|ers)?|translat(?:ion|or|ors)|photo(?:s|graphy|graphs|grapher|graphers)?"
    r"|pictures?|camera(?:work|man|woman)?|drone|videos?|graphics?|infographics?|illustrations?|illustrator|artwork|design(?:er|ers)?|development|developers?|data(?: analysis)?|fact[ -]?check(?:ing|er|ers)?"
    r"|produc(?:tion|er|ers)|visuals?|layout|audio|sound(?: design)?|mix(?:ing)?|music|maps?|charts?|animation|records|legal review|social media|audience|words|subtitles|captions|headline|page design|proofreading)"
)
_CRAFT_DONE = r"(?:reported|edited|sub-?edited|copy-?edited|rewritten|researched|translated|photographed|filmed|produced|compiled|illustrated|designed|fact-?checked|adapted|narrated|mixed|proofread)"
_KIND = r"(?:additional|further|extra|with|court|field|local|also|some|senior|executive|deputy|managing|news|copy|photo|picture|web|digital|broadcast|video|lead|series|assistant|series|online|print|page|story|and|&|\+|/|,)"
_CREDITS = (
    re.compile(rf"\W*(?i:(?:(?:{_KIND}|{_CRAFT})[ ,/&-]*){{0,4}}{_CRAFT})\s*(?:(?i: by| from| was provided by| provided by| courtesy of)|:)\s*(?:the |our )?[A-Z@]"),
    re.compile(rf"\W*(?i:(?:additional|further|extra) (?:{_CRAFT})) [A-Z][\w’'-]+ [A-Z]"),
    re.compile(rf"\W*(?i:{_CRAFT_DONE})(?i:,? (?:and )?{_CRAFT_DONE})*(?: (?:for|in) [\w ]{{3,20}})? (?i:by) [A-Z]"),
    re.compile(rf"\W*(?i:(?:this|the) (?:[\w-]+ )?{_TEXT}|it) (?i:was|is|has been) (?i:{_CRAFT_DONE})(?: (?:and|for|in) \w+)* by [A-Z]"),
    re.compile(r"\W*(?:[A-Z][\w’'.&-]*,? (?:(?:and|in|of|the|from|staff|writers?|reporters?|photojournalist|journalist|researcher|also) ?)*){1,12}(?:also )?contributed(?:\W*$|\. |,? (?:also )?(?:to (?:this|the) "
               + _TEXT + r"|(?:additional )?(?:reporting|research|writing|design|data|photos?|photography|graphics|material|information|from|illustrations?)\b))"),
    re.compile(r"(?=\W*[A-Z])[^.“”\"]{2,60}\bprovided (?:additional )?(?:material|reporting|research|information for this|data for this)\b"),
    re.compile(rf"\W*(?i:{_CRAFT})(?: on [^.,]{{3,40}})? (?:(?:was|were) )?(?i:provided|done|carried out) by\b"),
    re.compile(r"\W*(?i:with (?:additional )?(?:files?|inputs?|a report|reports|reporting|copy|notes|dispatches)(?: by| from))\b"),
    re.compile(r"\W*(?i:(?:with )?(?:special )?thanks to) [A-Z][^.“”]{2,60} for (?:(?:her|his|their|the) )?(?:help|\w+ing\b|translation|tip|photos?|pictures?)"),
    re.compile(r"\W*(?i:submitted|contributed|supplied|provided)(?: to [^.,]{3,30})? by (?:the )?[A-Z]"),
    re.compile(r"\W*(?i:to contact the editors?) "),
    re.compile(r"\W*(?i:report(?:ing)? from) [A-Z][\w ]{2,20} by\b"),
    re.compile(r"/ ?[a-z]{2,5}$|[A-Z]{2,5} ?/ ?[A-Z]{2,5}$"),
    re.compile(r"[A-Z][\w’' -]{2,40}[ -](?:Own|Special|Staff) (?:Correspondent|Reporter)$"),
)
_RIGHTS = re.compile(
    r"©|\bcopyright\b|\(c\) ?\d|\ball rights\b|\breproduc(?:e|ed|tion)\b|\brepubli(?:sh|cation)\w*|\bredistribut\w+|\b(?:written )?permission\b|\bunauthori[sz]ed\b|\bpunishable\b|\bliab(?:le|ility)\b"
    r"|\blicen[sc]e[ds]?\b|\btrademarks?\b|\bterms (?:of|and|apply)\b|\bprivacy (?:policy|notice|statement)\b|\bcookies?\b|\bpersonal information\b|\bregistered (?:at|in|as|office|charity|number)\b"
    r"|\b(?:co|company)\.? reg\w*\.? no\b|\bissn\b|\busps\b|\bperiodicals\b|\bmci \(p\)|\bprinted (?:and published )?by\b|\bpublished (?:by|every|weekly|daily|in association|with permission)\b|\bpublisher\b|\bbinding version\b|\breserves the right\b"
)
_MONEY = re.compile(
    r"\bsponsor(?:s|ed|ship)?\b|\bfund(?:ed|ing|ers?|s)\b|\bgrants?\b|\bdonors?\b|\bdonations?\b|\bcommissions?\b|\baffiliate\b|\bpartnership\b|\bpaid (?:for|content|post|partner\w*)\b|\bbrought to you\b"
    r"|\b(?:holds?|owns?) (?:a|an|\d|shares?|stock)\b|\bstakes?\b|\bshareholders?\b|\bas a guest of\b|\bcourtesy of\b|\b18\+|\bgamble\b|\bodds\b|\badvert(?:s|isers?|ising|isement|orial)\b|\breader-supported\b|\bnon-?profit\b"
)
_STAND = re.compile(
    r"\b(?:opinions?|views) (?:expressed|of|are|in|here)\b|\bdisclos(?:ure|ed?)\b|\bdisclaimer\b|\bconflicts? of interest\b|\beditorial (?:decisions?|independence|control|content|process|policy)\b|\bendors\w+\b"
    r"|\bresponsib(?:le|ility) for\b|\b(?:legal|financial|medical|investment|professional) advice\b|\b(?:ai|machine|computer|automatically)[- ](?:generated|translated|assisted)\b|\bartificial intelligence\b|\btranscripts? (?:is|are|may)\b|\brush (?:deadline|transcript)\b"
    r"|\bhas no part in\b|\bsaw this \w+ before\b|\bformer employee\b|\bnot necessarily\b|\b(?:standards|ethics) (?:code|policy)\b|\bcode of (?:conduct|ethics|practice)\b|\bpress council\b|\bfirst published\b|\boriginally published\b|\bat (?:the )?time of (?:publication|writing)\b"
)
_HOUSE = re.compile(
    rf"\b(?:this|our) (?:\w+ )?(?:site|website|page|newspaper|paper|publication|content|material|newsroom|journalism|reporting|coverage|desk|news service|{_TEXT})s?\b"
    r"|\b(?:the|its) (?:publisher|author|writer|columnist|reporter|newspaper|site|website)s?\b|\bwe (?:may |might |do |never |also |only )*(?:receive|earn|get|accept|hold|own|take|use|acknowledge|reserve)\b"
    r"|\bour (?:list of )?(?:funders|donors|sponsors|supporters|partners|advertisers|readers|terms|privacy)\b|\b(?:news|reports|media|newspapers?|broadcasting|press) (?:is|are|receives?|has|holds?) (?:funded|supported|sponsored|received?|no|an?)\b"
)
_PLAIN_NOTICE = re.compile(
    r"\W*(?:18\+|please gamble|subscribers?(?: |-)only$|members?(?: |-)only$|ai[- ](?:generated|assisted)\b|(?:do not sell|your privacy choices)|fcc (?:public|online)|privacy notice\b"
    r"|(?:eeo|fcc) (?:report|public file)|disclaimer\b|disclosure\b|(?:full|editor[’']?s) disclosure\b|(?:registered|printed) (?:at|by|and published)\b|sponsored by\b|this is a sponsored\b|advertisement feature\b"
    r"|mci \(p\)|.{3,40}\busps \d|.{0,80}\bperiodicals postage\b|.{0,80}\bco(?:mpany)?\.? reg(?:n|istration)?\.? (?:no|number)\b|(?:the )?(?:opinions?|views)\b.{0,60}\b(?:are|is|do|does) not\b|(?:\w+ )?transcripts? (?:are|is|may)\b"
    r"|(?:\w+ )?(?:travel(?:l)?ed|flew|stayed|attended|was a guest)\b.*\b(?:courtesy|guest) of\b)"
)
#: What nothing but a newsletter is, and what stories speak of as well.
_MAIL_ALONE = re.compile(r"\b(?:newsletters?|mailing list|inbox(?:es)?|e-?mail alerts?|e-?bulletins?|bulletin|digest|morning briefing|daily briefing|to receive new posts)\b")
_MAIL = re.compile(r"\b(?:newsletters?|mailing list|inbox(?:es)?|e-?mails?|bulletins?|digest|briefings?|dispatch|roundup|sent to you|delivered|read (?:the|our) [A-Z])\b|\bto receive new posts\b")
_GET_IT = re.compile(
    r"\bsign(?:ing)?[ -]?up\b|\bsubscribe\b|\bsubscribing\b|\bunsubscribe\b|\bopt[ -]?out\b|\b(?:drop|leave|type|enter|give|share|add|put|submit)\b[^.?!]{0,12}\byour e-?mail\b|\byour e-?mail address\b"
    r"|\bproviding an e-?mail\b|\bby submitting\b|\b(?:i|you) (?:agree|accept|consent)\b|\breply stop\b|\bhave it sent\b|\b(?:in|to|into) your inbox(?:es)?\b|\bnew posts\b"
)
_OFTEN = re.compile(
    r"\b(?:in|to|reaches|into) (?:\w+ )?inbox(?:es)?\b|\b(?:every|each) (?:week)?(?:day|morning|evening|afternoon|night|week|month|mon|tues|wednes|thurs|fri|satur|sun)\w*\b|\bweekdays\b|\bonce[- ]a[- ]week\b"
    r"|\b(?:get|have|receive) (?:it|the|our|more)\b|\b(?:our|we have) (?:\w+ )?newsletters?\b|\bweekly\b|\bdaily\b|\bpromotion\b"
)
_BEING_UPDATED = re.compile(r"\b(?:is|are|will be) (?:being |continually |regularly )?updat(?:ed|ing)\b|\bwe(?:[’']re| are) updating\b")
_JOIN_READERS = re.compile(r"\b(?:join [\d,.]+k? (?:[\w,]+ ){0,6}(?:readers|subscribers|others|people|who (?:read|get))|by signing up)\b")


#: A line without one of these is none of the kind, which is told without a pattern.
_MAIL_WORDS = frozenset(
    "newsletter newsletters mailing inbox inboxes mail email emails mails bulletin bulletins ebulletin digest briefing briefings dispatch roundup signing".split()
)
_READERS = frozenset("readers subscribers others people who".split())
_CORRECTION_WORDS = frozenset(
    "correct corrected correction corrections corrects corrigendum corrigenda erratum errata amended amendment amends clarification clarifications clarified clarifies clarify clarifying"
    " refiled revised reissued re-issued issued update updates updated updating removed replaced adds reflect reflects edited fixed fixes recasts incorrect incorrectly wrong wrongly error errors"
    " mistake mistakes mistakenly erroneous erroneously misspelled misspelt misspells misstated misidentified misattributed misreported misquoted misnamed mislabelled mislabeled misspoke misdated"
    " miscalculated mistranscribed inaccurate inaccurately inaccuracy typo originally first apologise apologize apologises apologizes apologies omitted left leaving regret sorry".split()
)
_CREDIT_WORDS = frozenset(
    "report reporting reports reported edit editing edited editor editors sub-editing sub-editor subeditor copyedited copyediting writing rewritten research researcher researched translation translated translator"
    " photo photos photography photographs photographer photographed picture pictures camera drone video videos filmed graphic graphics infographic illustration illustrations illustrator illustrated artwork design"
    " designed designer development developer data fact checking checked checker production produced producer producers visuals layout audio sound mix mixed mixing music map maps chart charts animation records"
    " social audience words subtitles captions headline page proofreading compiled adapted narrated contributed provided files inputs input copy notes dispatches thanks submitted supplied contact correspondent reporter /".split()
)

_NOTICE_WORDS = frozenset(
    "© copyright c rights reproduce reproduced reproduction republish republished republication redistribute redistributed redistribution permission unauthorised unauthorized punishable liable liability licence"
    " license licensed licenced trademark trademarks terms privacy cookie cookies personal registered regn reg registration issn usps periodicals mci printed published publisher publishers binding reserves"
    " sponsor sponsors sponsored sponsorship fund funds funded funding funder funders grant grants donor donors donation donations commission commissions affiliate partnership paid brought holds owns stake"
    " stakes shareholder shareholders guest courtesy 18+ gamble odds advert adverts advertiser advertisers advertising advertisement advertorial supported profit nonprofit opinion opinions views view disclosure"
    " disclose disclosed disclaimer conflict conflicts editorial endorse endorses endorsed endorsement responsible responsibility advice ai generated translated assisted artificial transcript transcripts"
    " part saw employee necessarily standards ethics code press originally first time subscribers subscriber members member sell choices fcc eeo".split()
)


def colophon(line: Line, place: str) -> tuple[str, str] | None:
    """Part and reason of a line around a story; None when it speaks of nothing of the kind.

    Args:
        line: A line that no rule takes.
        place: Where it stands, as in `RuleBook.first`.
    """
    text = line.text
    is_aside = text[0] in "([*●•" or place == "head"
    is_around = place != "inside" or is_aside
    may_be_mail = not _MAIL_WORDS.isdisjoint(line.tokens) or _is_about_readers(line)
    if not (may_be_mail or is_around) or line.words > 90 or text[0] in "“\"‘'":
        return None
    may_correct = is_around and not _CORRECTION_WORDS.isdisjoint(line.tokens)
    may_credit = is_around and place != "head" and line.words <= 45 and not _CREDIT_WORDS.isdisjoint(line.tokens)
    may_note = place == "end" and not _NOTICE_WORDS.isdisjoint(line.tokens)
    if not (may_be_mail or may_correct or may_credit or may_note):
        return None
    low = text.lower()
    found = None
    if may_be_mail and _is_mail(line, low):
        found = "newsletter", "speaks-of-mail"
    elif may_correct and _is_correction(low, is_aside):
        found = "correction", "speaks-of-a-correction"
    elif may_credit and any(pattern.match(text) for pattern in _CREDITS):
        found = "credit", "speaks-of-who-helped"
    elif may_note and _is_notice(low):
        found = "notice", "speaks-of-rights-or-money"
    return None if found is None or _SPEECH.search(low) else found


def _is_about_readers(line: Line) -> bool:
    """Whether the words stand in it by which readers are counted, or something is sent to them."""
    tokens = line.tokens
    return ("join" in tokens and not _READERS.isdisjoint(tokens)) or ("you" in tokens and "sent" in tokens) or ("receive" in tokens and "posts" in tokens)


def _is_mail(line: Line, low: str) -> bool:
    """Whether a line invites to a newsletter or holds its small print."""
    if line.words > 50:
        return False
    if _MAIL.search(low) is not None and _GET_IT.search(low) is not None:
        return True
    return (_MAIL_ALONE.search(low) is not None and _OFTEN.search(low) is not None) or _JOIN_READERS.search(low) is not None


def _is_correction(low: str, is_aside: bool) -> bool:
    if _SURE_LABEL.match(low) or _OWNS.search(low) or (is_aside and _UPDATED_TO.match(low)):
        return True
    label = _NOTE_LABEL.match(low)
    behind = label.end() if label else 0
    signs = (_CHANGED.search(low, behind) is not None) + (_WRONG.search(low, behind) is not None)
    if label and signs:
        return True
    return signs > 0 and _ITSELF.search(low) is not None and not _BEING_UPDATED.search(low)


def _is_notice(low: str) -> bool:
    if _PLAIN_NOTICE.match(low):
        return True
    signs = sum(pattern.search(low) is not None for pattern in (_RIGHTS, _MONEY, _STAND))
    return signs >= 2 or (signs == 1 and _HOUSE.search(low) is not None)
