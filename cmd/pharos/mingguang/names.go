package mingguang

import "strconv"

// region is a part of China in which Mingguang sells, with its sales people.
type region struct {
	name   string
	cities []string
	owners []string
}

func regions() []region {
	return []region{
		{"华中", []string{"武汉", "长沙", "郑州", "宜昌"}, []string{"S01", "S02"}},
		{"华东", []string{"上海", "杭州", "南京", "合肥", "苏州"}, []string{"S03", "S04"}},
		{"华南", []string{"深圳", "广州", "东莞", "厦门"}, []string{"S05", "S06"}},
		{"华北", []string{"北京", "天津", "石家庄", "济南"}, []string{"S07"}},
		{southwest, []string{"成都", "重庆", "昆明", "贵阳"}, []string{"S08"}},
		{"西北", []string{"西安", "兰州", "乌鲁木齐"}, []string{"S09"}},
		{"东北", []string{"沈阳", "长春", "哈尔滨"}, []string{"S10"}},
	}
}

// southwest is the region whose dealers leave.
const southwest = "西南"

// What a customer is, in the words of Mingguang's CRM.
const (
	business    = "企业"
	distributor = "分销商"
	dealer      = "经销商"
	agent       = "代理商"
	consumer    = "个人"
)

// trade is a line of business, and how companies in it call themselves.
type trade struct{ industry, suffix string }

func trades(kind string) []trade {
	switch kind {
	case distributor:
		return []trade{{"批发", "光电贸易有限公司"}, {"批发", "电子供应链有限公司"}}
	case dealer:
		return []trade{{"零售", "光通器材经营部"}, {"零售", "通信器材商行"}}
	case agent:
		return []trade{{"代理", "通信科技代理有限公司"}}
	}
	return []trade{
		{"电信", "通信技术有限公司"}, {"互联网", "网络科技有限公司"}, {"数据中心", "数据服务有限公司"},
		{"光电", "光电设备有限公司"}, {"集成", "系统集成有限公司"}, {"轨道交通", "轨道信号有限公司"},
		{"电力", "电力自动化有限公司"}, {"广电", "广电网络有限公司"},
	}
}

// companyRoot is one of 900 pairs of auspicious characters; different n below 900 give different ones.
func companyRoot(n int) string {
	first := []rune("明华锐恒鼎瑞曦佳宏信远诚卓启凌泰盛晟昊景嘉融弘德润朝旭皓峻毅")
	second := []rune("川达峰辰通微成途翔源泽安航宇科联睿朗林岳桥江洲原创策励新越舟")
	n = n * 487 % 900 // 487 and 900 share no factor, so neighbours in the list do not look alike
	return string(first[n/30]) + string(second[n%30])
}

// personName is a person's name; different n below 400 give different ones.
func personName(n int) string {
	surnames := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
	given := []string{"伟", "敏", "建国", "晓燕", "志强", "丽华", "俊杰", "雪梅", "海涛", "文静",
		"立新", "佳怡", "永康", "思远", "春兰", "国栋", "子涵", "玉珍", "宏伟", "雨桐"}
	n = n * 147 % 400
	return string(surnames[n%20]) + given[n/20]
}

// product is an article with the unit cost of the first period of the books and of the second.
type product struct {
	id, name, category string
	price              cents
	costBP             int // of the list price, until the end of 2024
	laterBP            int // from 2025 on
}

// costsChange is the day from which the later unit costs hold.
func costsChange() day { return on(2025, 1, 1) }

// cost is the unit cost that holds on a day.
func (p product) cost(d day) cents {
	if d < costsChange() {
		return p.price.times(p.costBP)
	}
	return p.price.times(p.laterBP)
}

// catalogue lists what Mingguang makes, dearest category last; prices are in yuan.
func catalogue() []product {
	var products []product
	add := func(category string, costBP, laterBP int, articles ...article) {
		for _, a := range articles {
			products = append(products, product{
				id: "P" + strconv.Itoa(101+len(products)), name: a.name, category: category,
				price: yuan(a.price), costBP: costBP, laterBP: laterBP,
			})
		}
	}
	add("适配器与连接器", 6100, 6000, article{"SC 适配器", 6}, article{"LC 双工适配器", 9},
		article{"FC 快速连接器", 14}, article{"MPO 适配器", 38})
	add("光纤跳线", 6200, 6250, article{"LC-LC 单模跳线 3 米", 18}, article{"SC-LC 单模跳线 10 米", 29},
		article{"LC-LC 多模跳线 OM4", 46}, article{"MPO-MPO 主干跳线 30 米", 520})
	add("分路器", 6300, 6200, article{"PLC 分路器 1×8", 85}, article{"PLC 分路器 1×16", 140},
		article{"PLC 分路器 1×32", 260}, article{"盒式分路器 1×64", 680})
	add("光模块", 6800, 6600, article{"SFP 1.25G 20 公里", 95}, article{"SFP+ 10G 10 公里", 240},
		article{"SFP28 25G 10 公里", 560}, article{"QSFP28 100G LR4", 2350}, article{"QSFP-DD 400G DR4", 6900})
	add("波分复用", 6400, 6450, article{"CWDM 滤波器 8 通道", 1280}, article{"DWDM 滤波器 40 通道", 7800},
		article{"光分插复用器", 16500})
	add("光放大器", 6500, 6500, article{"掺铒光纤放大器 20 dBm", 5400}, article{"拉曼放大器", 23800})
	add("测试仪表", 5900, 5950, article{"光功率计", 460}, article{"红光笔", 88},
		article{"光时域反射仪", 18600}, article{"光谱分析仪", 56000})
	return products
}

type article struct {
	name  string
	price int
}
