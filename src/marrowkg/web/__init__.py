"""The graph on the web: a SPARQL endpoint, the stored queries as REST, an editor and a page for every IRI."""
