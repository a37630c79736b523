#pragma once
// Debian's libxml2 shows ICU's types in its headers, which clash with those of Foundation: its converters are not used here.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
