package extract

import "strings"

// currencyCodes are the codes of ISO 4217 that stand beside amounts.
const currencyCodes = " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RMB RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG "

func isCurrencyCode(code string) bool {
	return len(code) == 3 && strings.Contains(currencyCodes, " "+code+" ")
}

// mayMean says whether a sign or code beside an amount can stand for a currency. Signs are shared
// between currencies: only one that certainly stands for another is a reason to refuse a row.
func mayMean(mark, currency string) bool {
	if mark == "" || currency == "" {
		return true
	}
	if isCurrencyCode(mark) {
		return mark == currency || mark == "RMB" && currency == "CNY" || mark == "CNH" && currency == "CNY"
	}
	switch mark {
	case "$", "＄":
		return strings.Contains("USD CAD AUD NZD HKD TWD SGD MXN ARS CLP COP BRL UYU DOP BBD BMD BND BSD BZD FJD GYD JMD KYD LRD MOP NAD NIO SBD SRD TTD XCD CUP TOP WST CVE", currency)
	case "US$":
		return currency == "USD"
	case "€":
		return currency == "EUR"
	case "£", "￡":
		return strings.Contains("GBP EGP FKP GIP LBP SDG SHP SSP SYP", currency)
	case "¥", "￥":
		return currency == "CNY" || currency == "JPY"
	case "元", "圆":
		return strings.Contains("CNY TWD HKD MOP SGD", currency)
	case "円":
		return currency == "JPY"
	case "₩", "￦", "원":
		return currency == "KRW"
	case "₹":
		return currency == "INR"
	case "₽":
		return currency == "RUB"
	}
	return true
}
