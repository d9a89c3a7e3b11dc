package publish

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
)

// Message is a mail about a night: subject and two parts that say the same.
type Message struct {
	Subject, Text, HTML string
	Attachments         []string // absolute paths
}

// mailView is what both parts of a message show.
type mailView struct {
	Lang, Company, AsOf, Title string
	Lines                      []string // below the title
	Light                      *lightView
	Actions                    []actionView
	ActionsHeading             string
	Link, LinkText             string
	Footer                     string
}

// NewsMessage tells what was published: the finding, the one number, up to three actions. link is
// the address of the report, empty where it is attached.
func NewsMessage(d ReportData, lang, link string) (Message, error) {
	s := newSpeech(lang, d.Currency)
	l := light(s, d)
	v := frontOf(s, d, link)
	v.Title, v.Light, v.Actions, v.ActionsHeading = headline(s, d), &l, actions(s, d).Rows, s.say("actions.heading")
	v.Lines = []string{lede(s, d)}
	return v.message(s, s.say("mail.subject", v.Company, v.AsOf, v.Title))
}

// UnchangedMessage tells that the night found nothing new: the run that is current stands.
func UnchangedMessage(d ReportData, lang, link string) (Message, error) {
	s := newSpeech(lang, d.Currency)
	v := frontOf(s, d, link)
	v.Title = s.say("mail.unchanged")
	v.Lines = []string{s.say("mail.unchanged.why", shorten(plain(d.Run), 60))}
	return v.message(s, s.say("mail.subject", v.Company, v.AsOf, v.Title))
}

// Failure is a night that published nothing.
type Failure struct {
	Company, AsOf string
	Problem       string // what failed, in the words of the program
	Code          int    // the exit code
	Current       string // the run that is still current, empty: there is none
	CurrentAsOf   string
}

// FailureMessage tells that nothing was published and what is still current. It holds no figures.
func FailureMessage(f Failure, lang string) (Message, error) {
	s := newSpeech(lang, "")
	v := mailView{Lang: pageLang(lang), Company: shorten(plain(f.Company), 60), AsOf: f.AsOf, Title: s.say("mail.failed"), Footer: s.say("mail.footer")}
	what := "mail.failed.why"
	if f.Code == 4 {
		what = "mail.failed.gate"
	}
	v.Lines = []string{s.say(what, shorten(plain(f.Problem), 1500)), s.say("mail.failed.code", s.number(int64(f.Code)))}
	if f.Current == "" {
		v.Lines = append(v.Lines, s.say("mail.failed.none"))
	} else {
		v.Lines = append(v.Lines, s.say("mail.failed.current", shorten(plain(f.Current), 60), f.CurrentAsOf))
	}
	return v.message(s, s.say("mail.subject", v.Company, v.AsOf, v.Title))
}

func pageLang(lang string) string {
	if lang == "zh" {
		return "zh-Hans"
	}
	return lang
}

func frontOf(s *speech, d ReportData, link string) mailView {
	v := mailView{Lang: pageLang(s.lang), Company: shorten(plain(d.Company), 60), AsOf: s.day(d.AsOf), Footer: s.say("mail.footer")}
	if link != "" {
		v.Link, v.LinkText = link, s.say("mail.open")
	}
	return v
}

func (v mailView) message(s *speech, subject string) (Message, error) {
	page, err := v.html()
	if err == nil {
		err = s.complete()
	}
	if err != nil {
		return Message{}, fmt.Errorf("write mail: %w", err)
	}
	return Message{Subject: shorten(plain(subject), 180), Text: v.text(), HTML: page}, nil
}

// text is the part for readers without HTML.
func (v mailView) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", v.Company, v.Title)
	for _, line := range v.Lines {
		fmt.Fprintf(&b, "%s\n", line)
	}
	if v.Light != nil {
		fmt.Fprintf(&b, "\n%s: %s\n", v.Light.Name, v.Light.Value)
		for _, line := range v.Light.Lines {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	if len(v.Actions) > 0 {
		fmt.Fprintf(&b, "\n%s\n", v.ActionsHeading)
	}
	for i, a := range v.Actions {
		fmt.Fprintf(&b, "%d. %s, %s\n   %s\n   %s\n", i+1, a.List, a.Figures, a.Do, a.Owner)
	}
	if v.Link != "" {
		fmt.Fprintf(&b, "\n%s: %s\n", v.LinkText, v.Link)
	}
	fmt.Fprintf(&b, "\n-- \n%s\n", v.Footer)
	return strings.ReplaceAll(b.String(), nbsp, " ")
}

func (v mailView) html() (string, error) {
	t, err := template.ParseFS(reportTemplates, "templates/mail.gohtml")
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.ExecuteTemplate(&b, "mail", v)
	return b.String(), err
}
