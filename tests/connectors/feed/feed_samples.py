"""Feeds as the services write them, in our own words and with invented names."""

from __future__ import annotations

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(items: str, head: str = "<title>Lamps</title><link>https://shop.example/</link>") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<rss version="2.0" {NAMESPACES}><channel>{head}{items}</channel></rss>'
    ).encode()


def atom(entries: str, head: str = "<title>Lamps</title>") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="en-US">{head}{entries}</feed>'
    ).encode()


def wordpress(number: int, author: str, text: str, *, to: int | None = None, uri: str = "") -> str:
    """A comment in WordPress's Atom feed: one on a post names the post as a reply names a comment."""
    post = "https://blog.example/lamps/"
    ref = f"{post}#comment-{to}" if to else "https://blog.example/?p=12"
    href = f"{post}#comment-{to}" if to else post
    return f"""<entry>
        <title>Comment on Lamps by {author}</title>
        <link rel="alternate" href="{post}#comment-{number}" type="text/html" />
        <author><name>{author}</name>{f"<uri>{uri}</uri>" if uri else ""}</author>
        <id>{post}#comment-{number}</id>
        <updated>2026-11-22T09:{number:02}:00Z</updated><published>2026-11-22T09:{number:02}:00Z</published>
        <content type="html" xml:base="{post}#comment-{number}"><![CDATA[<p>{text}</p>]]></content>
        <thr:in-reply-to ref="{ref}" href="{href}" type="text/html" />
        <thr:count>3</thr:count>
    </entry>"""


WORDPRESS_RSS = rss(
    """<item><title>Comment on Lamps by Mai</title><link>https://blog.example/lamps/#comment-7</link>
    <dc:creator><![CDATA[Mai]]></dc:creator><pubDate>Sun, 22 Nov 2026 09:07:00 +0000</pubDate>
    <guid isPermaLink="false">https://blog.example/lamps/#comment-7</guid>
    <description><![CDATA[It hums &#8230;]]></description>
    <content:encoded><![CDATA[<p>It hums &#8230;</p><p>Refund?</p>]]></content:encoded>
    <slash:comments>4</slash:comments></item>"""
)

GOOGLE_ALERT = atom(
    """<entry><id>tag:google.com,2013:googlealerts/feed:77</id>
    <title type="html">The best &lt;b&gt;lamp&lt;/b&gt; &amp;amp; chair</title>
    <link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://news.example/lamp&amp;ct=ga"></link>
    <published>2026-11-22T08:00:00Z</published><updated>2026-11-22T08:00:00Z</updated>
    <content type="html">They tried the &lt;b&gt;lamp&lt;/b&gt;&amp;nbsp;...</content>
    <author><name></name></author></entry>"""
)

APP_STORE_XML = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>https://itunes.apple.com/us/rss/customerreviews/id=1/sortby=mostrecent/xml</id>
<title>iTunes Store: Customer Reviews</title>
<entry><id>1</id><title>Lamp Remote</title></entry>
<entry><updated>2026-11-21T02:00:00-07:00</updated><id>901</id><title>Dark</title>
<content type="text">Stays dark.
Refund.</content><im:rating>1</im:rating><im:version>2.0</im:version>
<author><name>noy77</name><uri>https://itunes.apple.com/us/reviews/id5</uri></author>
<link rel="related" href="https://itunes.apple.com/us/review?id=1&amp;type=Purple"/>
<content type="html">&lt;table&gt;&lt;td&gt;Stays dark.&lt;/td&gt;&lt;/table&gt;</content></entry>
</feed>"""

DISCOURSE = rss(
    """<item><title>Lamp hums</title><dc:creator><![CDATA[@noy Noy S]]></dc:creator>
    <description><![CDATA[<p>Mine, too</p><p><small>2 posts</small></p>]]></description>
    <link>https://talk.example/t/lamp-hums/12/3</link><pubDate>Sun, 22 Nov 2026 09:00:00 +0000</pubDate>
    <guid isPermaLink="false">talk.example-post-12-3</guid></item>"""
)

MASTODON = rss(
    """<item><guid isPermaLink="true">https://social.example/@mai/11</guid>
    <link>https://social.example/@mai/11</link>
    <pubDate>Sun, 22 Nov 2026 09:00:00 +0000</pubDate>
    <description>&lt;p&gt;Where is my &lt;a href="#"&gt;#lamp&lt;/a&gt;?&lt;/p&gt;</description>
    <media:content url="https://files.example/a/lamp.png" type="image/png" medium="image"/></item>"""
)

REDDIT = atom(
    """<entry><author><name>/u/mai</name><uri>https://www.reddit.com/user/mai</uri></author>
    <content type="html">&lt;!-- SC_OFF --&gt;&lt;div class="md"&gt;&lt;p&gt;Does it dim?&lt;/p&gt;
    &lt;/div&gt;&lt;!-- SC_ON --&gt;</content>
    <id>t1_abc</id><link href="https://www.reddit.com/r/lamps/comments/x/title/abc/"/>
    <updated>2026-11-22T09:00:00+00:00</updated><title>/u/mai on Does it dim</title></entry>"""
)

JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Lamps", "language": "de-AT",
 "home_page_url": "https://shop.example/", "items": [
 {"id": 7, "url": "/c/7", "content_html": "<p>Wo ist mein Licht?</p>",
  "date_published": "2026-11-22T10:00:00+01:00",
  "authors": [{"name": "Ada", "url": "https://ada.example/"}], "language": "de",
  "attachments": [{"url": "https://files.example/x.jpg", "mime_type": "image/jpeg", "title": "photo"}]},
 {"id": "8", "content_text": "line one\\nline <two>", "author": {"name": "Ben"}},
 "nonsense", {"id": "9"}]}"""

APP_STORE_JSON = b"""{"feed": {"title": {"label": "Reviews"}, "entry": [
 {"id": {"label": "1"}, "title": {"label": "the app"}},
 {"id": {"label": "902"}, "title": {"label": "Good"}, "content": {"label": "Works"},
  "im:rating": {"label": "5"},
  "updated": {"label": "2026-11-21T02:00:00-07:00"},
  "author": {"name": {"label": "mai"}, "uri": {"label": "https://a.example/mai"}},
  "link": {"attributes": {"rel": "related", "href": "https://itunes.apple.com/review?id=1"}}}]}}"""
