"""Fetching: feeds, sitemaps, lists and pages over the network, politely and safely.

From below: ``failures`` (why something was not fetched), ``addresses`` (what may be asked at all), ``resolving`` (a name's checked addresses, and
connections to these alone), ``bodies`` (unpacking within limits), ``client`` (one request), ``robots`` and ``politeness`` (whether and when),
``visiting`` (a page with its redirects and retries), ``crew`` (several at a time), ``state`` (what is known from earlier runs), ``lists`` (what a
source names), ``following`` (which of it is fetched, and what becomes of the answers), ``gathering`` (a run over all sources).

Nothing here reads an article: answers are kept in ``data/raw`` and read as files are.
"""
