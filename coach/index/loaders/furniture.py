"""What the furniture of web pages, forums and newsletters looks like, line by line: data for `boilerplate`.

One pattern a line; a pattern matches a whole line without its bullet, whatever its capitals.
"""

import re

_MENU = """
about, about us, account, advertise, advertise with us, all categories, all posts, all topics, api, archive,
archives, blog, board index, book a demo, bookmarks, careers, cart, categories, changelog, checkout, code of conduct,
community, community guidelines, companies, company, contact, contact sales, contact us, contribute, cookie policy,
cookies, corporate info, corporate information, courses, customers, dashboard, directory, discussion forums, docs,
documentation, donate, download, downloads, e-mail offers, email offers, events, explore, facebook, faq, faqs,
features, feedback, follow, forum, forum index, forum rules, forums, free newsletter, free trial, get a quote,
get in touch, get started, github, give us your feedback, guides, help, help center, help centre, home, homepage,
industries, industry events, instagram, investor relations, investors, issues, jobs, latest, latest news, leadership,
legal, legal notice, legal notices, licensing, linkedin, log in, log out, login, logout, magazine, main menu, mastodon,
media, media center, media kit, members, menu, more, my account, new posts, new topic, news, news and events,
newsletter, newsletters, newsroom, next, next page, notifications, online store, our company, our story, our team,
pinterest, podcast, podcasts, popular, post reply, press, press releases, press room, pricing, previous, privacy,
privacy notice, privacy policy, private messages, products, profile, quick links, quick search, quote, recent posts,
reddit, register, reply, report, reprints, request a demo, research, resource center, resources, rss, rss feed, save,
search, services, settings, share, shop, shopping, sign in, sign up, site guide, site map, sitemap, skip navigation,
solutions, start free trial, store, stores, subscribe, subscribe now, support, tags, tech jobs, terms,
terms & conditions, terms and conditions, terms of service, terms of use, threads, tiktok, tools, top, topics,
training, trending, tutorials, tweet, twitter, unanswered topics, unsubscribe, videos, webinars, what's new, whatsapp,
white papers, whitepapers, x, youtube, accept, accept all, accept all cookies, accept cookies, allow all,
cookie settings, decline, got it, i agree, manage cookies, manage preferences, necessary only, reject, reject all,
yes no
"""
MENU_LABELS = frozenset(" ".join(_MENU.split()).split(", "))


def _any(patterns: str) -> re.Pattern[str]:
    return re.compile("(?i)(?:" + "|".join(line.strip() for line in patterns.splitlines() if line.strip()) + ")")


# Furniture wherever it stands.
ALWAYS = _any(r"""
    (?:e-?mail|print|share|bookmark|tweet|save|send|rate|report) this (?:article|page|story|post|issue)\b.{0,40}
    (?:view )?printable version|printer[- ]friendly(?: version| page)?|print version|view as (?:pdf|print).{0,20}
    (?:forward|send|e-?mail)(?: (?:this|it))? to a (?:friend|colleague)
    back to top\W*|top of page|skip to (?:main |primary )?(?:content|navigation)
    (?:having )?(?:trouble|problems) (?:viewing|reading) .{0,60}|is this e-?mail not displaying .{0,40}
    .{0,60}\b(?:view|read|open|see) (?:it|this .{1,20}|online version) in (?:your|a|the) (?:web )?browser\W*
    advertisements?|sponsored(?: (?:content|links?|post))?|ads? by \w+|paid (?:content|post)
    (?:story|article) continues (?:below|after).{0,30}|continue reading(?: below)?\W*|keep reading\W*|read more\W*
    (?:please )?click here\b.{0,60}|.{1,70}\bclick here\W*
    was this (?:page|article|information|answer|guide) helpful.{0,20}
    (?:edit|improve|suggest edits to) this page.{0,30}
    (?:please )?(?:log|sign) ?in (?:or (?:register|sign up|join) )?to (?:post|reply|comment|vote|continue).{0,40}
    (?:leave|post|add|write) a (?:comment|reply)\b.{0,40}|be the first to (?:comment|reply).{0,20}|no comments(?: yet)?
    your e-?mail address will not be published.{0,60}
    (?:copyright|©|\(c\))\s*(?:©|\(c\))?\s*(?:19|20)\d\d\b.{0,200}
    .{0,160}\ball rights reserved\b.{0,80}
    (?:subscribe|sign up)(?: now| today)? (?:to|for) .{0,40}\b(?:newsletter|mailing list|e-?mail alerts)\b.{0,80}
    .{0,80}\bsign up (?:to|for) (?:our|the) .{0,40}\b(?:letter|briefing|digest|bulletin)\b.{0,40}
    (?:get|receive|have) .{0,80}\b(?:in|to) your inbox\b.{0,60}|join .{0,40}\b(?:subscribers|readers)\b.{0,80}
    enter your e-?mail(?: address)?\b.{0,60}|no spam\b.{0,60}|unsubscribe\b.{0,60}
    .{0,80}\bunsubscribe (?:here|at any time|anytime|any time)\b.{0,20}
    you(?:'re|’re| are) (?:receiv|gett)ing this (?:e-?mail|message|newsletter)\b.{0,200}
    (?:update|manage|change) (?:your )?(?:subscription|e-?mail|cookie) (?:preferences|settings)\b.{0,40}
    (?:our (?:mailing|postal) address is|want to change how you receive these e-?mails)\b.{0,100}
    (?:was )?this (?:e-?mail|newsletter|message) (?:was )?(?:forwarded|sent) to .{0,120}
    powered by (?:phpbb|wordpress|discourse|vbulletin|mailchimp|substack|ghost|drupal|disqus|xenforo|hubspot)\b.{0,80}
    this (?:post|article|page) (?:may )?contains? affiliate links.{0,120}|as an amazon associate.{0,80}
    (?:do you )?have (?:a |any )?(?:comments?|questions?|opinions?)\b.{0,140}\b(?:forums?|message board)\b.{0,40}
    (?:speak out|join the (?:discussion|conversation)|discuss this)\b.{0,80}\b(?:forums?|message board)\b.{0,40}
    (?:legal notices?|privacy (?:policy|notice))\W.{0,100}(?:privacy|terms|licens|cookie|legal|contact|accessib).{0,60}
    terms (?:of|and|&) (?:use|service|conditions)\W.{0,100}(?:privacy|licens|cookie|legal|contact|accessib).{0,60}
    .{0,60}\b(?:we|(?:this|our) (?:web)?site)(?: and our partners)?(?: may)? uses? .{0,40}\bcookies\b.{0,300}
    by (?:continuing|clicking|using|browsing)\b.{0,80}\b(?:you (?:agree|consent|accept)|cookies)\b.{0,160}
    (?:reproduction|redistribution)\b.{0,60}\b(?:prohibited|permission)\b.{0,80}
""")

# Furniture on pages that show other signs of a web page.
ON_WEB_PAGES = _any(r"""
    (?:also read|read (?:also|next|more)|related)\s*: .{3,120}
    back to .{2,40}|return to .{2,60}|jump to:?.{0,60}|go to: .{0,30}
    (?:posted in|filed under|tagged(?: with| as)?|tags?|categor(?:y|ies))\s*: .{1,120}
    (?:posted in|filed under|tagged) .{1,60}
    (?:follow|like|find|connect with|join) us\b.{0,40}|share(?: this| on .{2,20})?\W*
    (?:share|tweet|pin|print|e-?mail)(?:\W+(?:share|tweet|pin|print|e-?mail|facebook|twitter|linkedin|x|whatsapp))+\W*
    \d+ (?:comments?|replies|shares|likes|views|posts?|votes?|upvotes?|reactions?)\b(?:\W+\d+ \w+)*\W*
    (?:previous|next|older|newer|prev)(?: (?:post|article|page|topic|story|entry|thread)\s*[:»›→]|\s*[»›→]).*
    [«‹←].{1,80}|.{1,80}[»›→]
    (?:previous|next|older|newer) (?:post|article|page|topic|story|entry|thread|entrie)s?
    (?:\d+|two|three|five|ten) min(?:ute)?s? read|reading time:? .{1,20}
    on this page:?|in this (?:article|section):?|table of contents|jump to section
    (?:joined|member since|registered)\s*:? .{2,40}|posts\s*:\s*[\d,]+|(?:likes|thanks|kudos|karma)\s*:? \d+
    reputation\s*:? .{1,20}|location\s*: .{2,40}
    who is online|users browsing this (?:forum|topic|thread).*|display posts from.*|sort by\b.{0,40}|moderators?:.{0,60}
    you (?:cannot|can|can't|may not|may) (?:post|reply|edit|delete|vote|attach|start|download)\b.{0,80}
    (?:view|mark) (?:previous|next|all|as|unread|new|your|more)\b.{0,40}|(?:see|load|show) (?:all|more)\b.{0,40}
    report (?:this )?(?:post|abuse|a problem)|quote this|reply with quote
    .{0,40}\bpage \d+ of \d+.{0,40}
    (?:rank|status)\s*:? (?:member|senior member|junior member|newbie|moderator|admin\w*)
    (?:senior|junior|new|active|site|registered|super) (?:member|admin|moderator|user|contributor)|moderator|newbie
    all times are .{3,40}|time zone.{0,40}|(?:last )?edited by .{2,120}
    version:? ?v?\d[\w.]*(?: \(.{2,20}\))?|edit on .{2,30}|view source|copy (?:link|page|as markdown).{0,20}
    get the (?:app|newsletter)\b.{0,40}|download on the app ?store|get it on google play|read (?:in|this in) app
    (?:your )?(?:name|e-?mail|e-?mail address|website|comment)\s*\*?|save my name.{0,120}|(?:post|submit) comment
    (?:tweet|facebook|twitter|linkedin|pinterest|reddit|whatsapp|instagram|youtube|subscribe(?: now)?|unsubscribe)\W*
    (?:reply|quote|log ?in|log ?out|sign (?:in|up|out)|register|post reply|accept all|reject all|save|bookmark)\W*
    download (?:the )?(?:logo|press kit|media kit|high[- ]res\w*|pdf)\b.{0,40}
""")

# Headings behind which a page is over: link lists, comments.
SECTION_ENDS = _any(r"""
    (?:related|similar|recommended|featured|trending|most read|most popular|popular)(?: \w+){0,2}\W*
    (?:recent|latest|more|other|top|further) (?:\w+ )?(?:articles?|posts?|stories|links?|news|threads|releases|pages)\W*
    you (?:may|might) (?:also )?(?:like|enjoy|be interested in)\W*|recommended for you|read next|up next
    more (?:from|like this)\b.{0,40}|people also (?:read|viewed)\W*
    \d+ (?:comments?|responses?|replies)(?: (?:to|on) .{2,80})?|(?:comments?|responses?|replies)(?: \(\d+\))?
    \d+ thoughts on .{2,80}|discussion \(\d+\)|reader comments
    (?:leave|post|add|write) a (?:comment|reply)\b.{0,40}
    who is online|users browsing this (?:forum|topic|thread).*
""")

ADVERTISED = re.compile(r"(?i)\W*(?:advertisement|sponsored|promoted|ad)\b.{0,20}")

# Prose that sells something; furniture only outside the article's own paragraphs.
TEASER = re.compile(
    r"(?i)(?=.*\b(?:white ?paper|e-?book|webinar|buyer['’]?s guide|free (?:trial|guide|report|demo|tool)|checklist)\b)"
    r"(?=.*\b(?:read (?:this|the|our)|download|register|get (?:your|the|our)|click|sign up|try|learn more|free)\b)"
    r".{10,400}$"
)
