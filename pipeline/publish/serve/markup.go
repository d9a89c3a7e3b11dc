package serve

import (
	"html"
	"html/template"
	"strings"
)

// The parts of a page that repeat a thousand times, facts and the cells of tables, are written here:
// html/template takes four times as long for them. Every text is escaped, whatever it is, and an
// address that is not one of this server's is none.

// writer builds markup.
type writer struct{ strings.Builder }

// say adds a text.
func (w *writer) say(text string) { w.WriteString(html.EscapeString(text)) }

// attribute adds an attribute, unless its value is empty.
func (w *writer) attribute(name, value string) {
	if value != "" {
		w.WriteString(" " + name + `="` + html.EscapeString(value) + `"`)
	}
}

// linked adds what write writes, as a link where there is an address.
func (w *writer) linked(to string, write func()) {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
		write()
		return
	}
	w.WriteString("<a")
	w.attribute("href", to)
	w.WriteString(">")
	write()
	w.WriteString("</a>")
}

// wrapped adds a text inside an element.
func (w *writer) wrapped(element, text string) {
	w.WriteString("<" + element + ">")
	w.say(text)
	w.WriteString("</" + element + ">")
}

// markupFacts are names and values.
func markupFacts(facts []fact) template.HTML {
	var w writer
	w.WriteString("<dl>")
	for _, f := range facts {
		w.WriteString("\n<div")
		w.attribute("id", f.ID)
		w.WriteString("><dt>")
		if f.Code {
			w.wrapped("code", f.Name)
		} else {
			w.say(f.Name)
		}
		w.WriteString("</dt><dd")
		w.attribute("title", f.Full)
		w.WriteString(">")
		element := "bdi"
		if f.IsID && f.To == "" {
			element = "code"
		}
		w.linked(f.To, func() { w.wrapped(element, f.Value) })
		w.WriteString("</dd></div>")
	}
	w.WriteString("\n</dl>\n")
	return template.HTML(w.String())
}

// markupGrid is a table in a region that scrolls by itself.
func markupGrid(g *grid) template.HTML {
	var w writer
	w.WriteString(`<div class="scroll" role="group"`)
	w.attribute("aria-label", g.Caption)
	w.WriteString(` tabindex="0"><table>` + "\n" + `<caption><span class="unseen">`)
	w.say(g.Caption)
	w.WriteString("</span></caption>\n<thead><tr>")
	for _, h := range g.Heads {
		w.WriteString(`<th scope="col"`)
		w.attribute("class", h.Class)
		w.WriteString(">")
		w.linked(h.To, func() {
			if h.Code {
				w.wrapped("code", h.Text)
			} else {
				w.say(h.Text)
			}
		})
		w.WriteString("</th>")
	}
	w.WriteString("</tr></thead>\n<tbody>")
	for _, row := range g.Rows {
		w.WriteString("\n<tr>")
		for i, c := range row {
			w.cell(c, i == 0)
		}
		w.WriteString("</tr>")
	}
	w.WriteString("\n</tbody>\n</table></div>\n")
	return template.HTML(w.String())
}

// cell adds one field; the first of a row is its heading.
func (w *writer) cell(c cell, first bool) {
	element, scope := "td", ""
	if first {
		element, scope = "th", "row"
	}
	w.WriteString("<" + element)
	w.attribute("scope", scope)
	w.attribute("class", c.Class)
	w.attribute("title", c.Full)
	w.WriteString(">")
	inner := "bdi"
	if c.Code {
		inner = "code"
	}
	w.linked(c.To, func() { w.wrapped(inner, c.Text) })
	w.WriteString("</" + element + ">")
}
