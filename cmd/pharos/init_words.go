package main

import (
	"strings"
	"unicode"
)

// vocabulary says under which names companies keep a canonical column: English, German and
// Chinese, folded by plainName, the most telling first. Words of "" are tried in every table.
func vocabulary(table string) map[string]string {
	shared := map[string]string{
		"customer_id": "customerid customerno customernumber customercode custid cust customer clientid clientno client accountid accountno account " +
			"buyerid memberid userid kundennummer kundennr kundenid kdnr kunde 客户号 客户编号 客户编码 客户代码 客户id 客户 会员号 会员编号 会员id 用户id 用户编号 买家id 顾客编号",
		"order_id": "orderid orderno ordernumber ordernr order salesorderid salesorder invoiceid invoiceno invoicenumber invoice transactionid transactionno receiptno " +
			"bestellnummer bestellnr bestellung auftragsnummer auftragsnr auftrag rechnungsnummer rechnungsnr belegnummer belegnr 订单号 订单编号 订单id 销售单号 单号 单据号 发票号 交易号 流水号",
		"product_id": "productid productno productcode sku stockcode itemid itemcode articleid articleno trackid product item article " +
			"artikelnummer artikelnr produktid produktnr artikel produkt 产品编号 产品编码 产品id 商品编号 商品编码 商品id 物料号 物料编码 货号 产品 商品",
		"contract_id": "contractid contractno contractnumber contract vertragsnummer vertragsnr vertrag 合同号 合同编号",
		"owner_id": "ownerid owner salesrepid salesrep supportrepid accountmanager salesagent employeeid vertreter kundenbetreuer betreuer " +
			"负责人 业务员 客户经理 销售员 销售代表",
		"currency": "currency currencycode curr waehrung 币种 货币 币别",
		"channel":  "channel saleschannel kanal vertriebsweg 渠道 销售渠道",
		"status":   "status orderstatus contractstatus bestellstatus auftragsstatus 状态 订单状态 合同状态",
	}
	for column, words := range ownVocabulary(table) {
		shared[column] = words
	}
	return shared
}

// ownVocabulary are the names that mean a column in one table only.
func ownVocabulary(table string) map[string]string {
	switch table {
	case "customers":
		return map[string]string{
			"name":       "customername companyname company name fullname clientname kundenname firma 客户名称 客户名 公司名称 企业名称 姓名 名称",
			"kind":       "customertype customerkind kind segment customersegment type kundentyp kundenart kundengruppe 客户类型 客户类别 类型 类别",
			"parent_id":  "parentid parentcompany parent subsidiaryof groupid muttergesellschaft konzern 母公司 上级客户 集团",
			"birth_date": "birthdate dateofbirth dob birthday geburtsdatum 出生日期 生日", "age": "age alter 年龄",
			"annual_income": "annualincome income salary jahreseinkommen einkommen 年收入 收入", "gender": "gender sex geschlecht 性别",
			"region": "region area province bundesland 地区 区域 大区 省份", "country": "country officelocation land 国家", "city": "city town stadt ort 城市",
			"industry": "industry sector branche 行业", "email": "email emailaddress mail 邮箱 电子邮件", "phone": "phone phonenumber mobile telephone telefon tel 电话 手机 手机号 联系电话",
			"acquired_on":      "acquiredon customersince signupdate registeredat registrationdate joindate createdat kundeseit 注册日期 注册时间 开户日期 创建日期",
			"acquisition_cost": "acquisitioncost cac 获客成本",
		}
	case "order_lines":
		return map[string]string{
			"line_id":    "lineid lineno linenumber orderlineid orderitemid invoicelineid rowid line position positionsnr pos zeilennummer zeilennr zeile 行号 行项目 明细号 序号",
			"ordered_at": "orderedat orderdate orderedon orderdatetime purchasedate saledate salesdate transactiondate invoicedate date datetime day createdat bestelldatum auftragsdatum kaufdatum rechnungsdatum buchungsdatum datum 下单时间 下单日期 订单日期 订单时间 购买日期 购买时间 销售日期 交易日期 交易时间 开票日期 日期",
			"quantity":   "quantity qty units pieces numberofcds menge anzahl stueck 数量 件数 销量",
			"unit_price": "unitprice priceperunit price einzelpreis stueckpreis preis 单价 售价 价格",
			"discount":   "discountamount discount rebate rabattbetrag rabatt nachlass 折扣额 优惠金额 折扣 优惠",
			"net_amount": "netamount netsales linetotal lineamount salesamount sales revenue turnover subtotal dollarvalue amount total net value nettobetrag nettowert netto umsatz betrag summe wert 净金额 净额 成交金额 销售金额 销售额 实付金额 订单金额 金额 小计 总额",
			"cost":       "linecost totalcost cogs cost costs wareneinsatz einstand kosten 成本金额 成本额 总成本 成本",
			"profit":     "profit grossprofit margin rohertrag deckungsbeitrag gewinn 毛利 利润额 利润",
		}
	case "returns":
		return map[string]string{
			"line_id": "lineid orderlineid", "returned_on": "returnedon returndate date rueckgabedatum datum 退货日期 日期",
			"amount": "amount refund refundamount value wert betrag 退货金额 退款金额 金额",
		}
	case "products":
		return map[string]string{
			"name": "productname name description title bezeichnung produktname artikelname 产品名称 商品名称 名称 品名", "category": "category productcategory categoryname series subcategory warengruppe kategorie gruppe 产品类别 品类 分类 类别",
			"unit_cost": "unitcost costprice standardcost cost einkaufspreis einstandspreis 单位成本 成本价 成本", "valid_from": "validfrom gueltigab 生效日期", "valid_to": "validto gueltigbis 失效日期",
		}
	case "contracts":
		return map[string]string{
			"starts_on": "startson startdate startsat start validfrom vertragsbeginn beginn 开始日期 起始日期 生效日期", "ends_on": "endson enddate expirydate validto end vertragsende ende 结束日期 到期日期 截止日期 终止日期",
			"signed_on": "signedon signdate signaturedate signedat unterschrieben 签订日期 签约日期 签署日期", "amount": "contractvalue contractamount amount value total vertragswert betrag 合同金额 金额",
			"period": "billingperiod period 计费周期 周期", "cancelled_on": "cancelledon cancelledat canceldate kuendigungsdatum 解约日期 取消日期",
			"renews_contract_id": "renewscontractid renews previouscontract 续签合同 原合同号",
		}
	case "ledger":
		return map[string]string{
			"entry_id": "entryid entryno voucherno documentno buchungsnummer belegnummer belegnr 凭证号 凭证编号", "posted_on": "postedon postingdate bookingdate date buchungsdatum datum 记账日期 凭证日期 日期",
			"kind": "kind entrykind category accounttype konto 科目 类型", "amount": "amount value betrag 金额", "account": "account accountno kontonummer 科目编码",
			"customer_id": "customerid customerno kundennummer 客户号 客户编号",
		}
	case "invoices":
		return map[string]string{
			"invoice_id": "invoiceid invoiceno invoicenumber rechnungsnummer rechnungsnr 发票号 发票编号", "issued_on": "issuedon invoicedate issuedate date rechnungsdatum 开票日期 日期",
			"due_on": "dueon duedate faelligam faelligkeit 到期日期 应付日期", "amount": "amount total invoiceamount betrag summe 发票金额 金额", "paid_on": "paidon paiddate paymentdate bezahltam 付款日期 收款日期",
			"paid_amount": "paidamount amountpaid 已付金额 收款金额", "disputed": "disputed indispute 有争议",
		}
	case "opportunities":
		return map[string]string{
			"opportunity_id": "opportunityid opportunityno dealid 商机号 商机编号", "stage": "dealstage stage salesstage currentstage phase 商机阶段 销售阶段 当前阶段 阶段", "amount": "amount dealvalue closevalue value expectedrevenue 预计金额 商机金额 金额",
			"source": "source leadsource 来源", "created_at": "createdat createddate createdon engagedate opened 创建时间 创建日期", "recorded_at": "recordedat enteredon 录入时间",
			"closed_at": "closedat closedate closedon 关闭日期 成交日期", "won": "won iswon 赢单",
		}
	case "opportunity_stages":
		return map[string]string{"opportunity_id": "opportunityid opportunityno dealid 商机号 商机编号", "stage": "tostage stage newstage 阶段", "entered_at": "enteredat enteredon changedat 进入时间 进入日期"}
	case "cases":
		return map[string]string{
			"case_id": "caseid caseno ticketid ticketno complaintid 工单号 投诉编号", "opened_at": "openedat openedon createdat date datum 提交时间 投诉日期 日期", "category": "category type kategorie 类别 类型",
			"severity": "severity priority schwere 严重程度 优先级", "resolved_at": "resolvedat closedat resolvedon 解决时间 解决日期", "satisfaction": "satisfaction csat zufriedenheit 满意度",
		}
	case "surveys":
		return map[string]string{"answered_at": "answeredat answeredon surveydate date 回答时间 调查日期 日期", "score": "score nps rating 评分 分数", "expectation": "expectation 期望", "experience": "experience 体验", "element": "element topic 维度"}
	case "departures":
		return map[string]string{"left_on": "lefton leftat churndate leavedate date 离开日期 流失日期 日期", "category": "churncategory category 流失类别 类别", "reason": "churnreason reason grund 流失原因 原因", "competitor": "competitor wettbewerber 竞争对手"}
	case "suppressions":
		return map[string]string{"contact": "contact email phone 联系方式", "reason": "reason grund 原因", "since": "since date seit 日期"}
	case "consents":
		return map[string]string{"basis": "basis legalbasis consenttype rechtsgrundlage 依据", "given_on": "givenon consentdate optindate date 同意日期 日期", "withdrawn_on": "withdrawnon revokedon widerrufen 撤回日期"}
	case "touches":
		return map[string]string{"at": "at contactedat date datum 时间 日期", "list_id": "listid list", "outcome": "outcome result ergebnis 结果"}
	case "exchange_rates":
		return map[string]string{"on_date": "ondate date datum 日期", "rate": "rate exchangerate kurs 汇率"}
	}
	return nil
}

// tableHints are words in the name of a file, sheet or table that say what it holds.
func tableHints(table string) []string {
	return strings.Fields(map[string]string{
		"customers": "customer client account kunde 客户 会员 member", "order_lines": "order sale invoice transaction detail line bestell auftrag umsatz 订单 销售 master",
		"returns": "return retour ruecksendung 退货", "products": "product item article artikel produkt track 产品 商品", "contracts": "contract vertrag 合同",
		"ledger": "ledger journal voucher buchung 凭证 总账 finance", "invoices": "invoice rechnung 发票", "opportunities": "opportunit pipeline deal funnel 商机",
		"cases": "case ticket complaint beschwerde 投诉 工单", "surveys": "survey nps umfrage 调查 满意度", "departures": "departure churn leaver kuendigung 流失 离开",
		"suppressions": "suppress optout unsubscribe 退订 拒绝", "consents": "consent optin einwilligung 同意 授权", "touches": "touch contactlog 联系记录", "exchange_rates": "exchange fxrate 汇率",
	}[table])
}

// plainName folds a name for comparison: lower case, umlauts written out, letters and digits only.
func plainName(s string) string {
	s = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(strings.ToLower(s))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// speaksOf says whether a name speaks of a table.
func speaksOf(name, table string) bool {
	name = plainName(name)
	for _, word := range tableHints(table) {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
