package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// teaHouse is a shop whose till exports GB18030 with words for columns and days.
const teaHouse = `version: 1
history: { months: 2 }
company: { name: 北湖茶庄, currency: CNY, time_zone: Asia/Shanghai, language: zh }
sources:
  收银: { csv: { path: 订单.csv, encoding: gb18030 } }
  会员: { csv: { path: 会员.csv, encoding: gb18030, delimiter: ";" } }
data:
  order_lines:
    source: 收银
    columns:
      order_id: 订单号
      customer_id: 会员号
      ordered_at: { column: 下单日期, format: YYYY年M月D日 }
      product_id: 商品
      quantity: 数量
      net_amount: 金额
      cost: 成本
  customers:
    source: 会员
    columns:
      customer_id: 会员号
      name: 姓名
      kind: { column: 类别, values: { 个人: consumer, 经销商: distributor } }
      acquired_on: { column: 入会日期, format: YYYY年M月D日 }
`

// The name 𠮷野 and the tea 㐂茶 need four bytes each, which GBK does not have.
const (
	teaOrders = "订单号,会员号,下单日期,商品,数量,金额,成本\r\n" +
		"A-1,甲001,2026年3月8日,龙井,2,\"¥1,234.50\",¥800.25\r\n" +
		"A-2,乙002,2026年3月9日,\"普洱, 陈年\",1,￥80.00,￥95.10\r\n" +
		"A-3,甲001,2026年12月1日,㐂茶,１０,\"￥１２，３４５．６７\",¥0.01\r\n" +
		"A-4,丙003,2026年11月30日,龙井,3,\"¥10,000,000.01\",¥9\r\n" +
		"A-5,丙003,2026年10月2日,龙井,-1,\"-¥2,000.50\",-¥1.00\r\n"
	teaMembers = "会员号;姓名;类别;入会日期\r\n" +
		"甲001;𠮷野先生;个人;2025年1月2日\r\n" +
		"乙002;\"南山“老号”；茶业\";经销商;2024年2月29日\r\n" +
		"丙003;欧阳·小米;个人;2026年3月8日\r\n"
)

// TestAChineseTillExportRunsByConfigurationAlone asserts marts to the cent.
func TestAChineseTillExportRunsByConfigurationAlone(t *testing.T) {
	dir := t.TempDir()
	encoder := simplifiedchinese.GB18030.NewEncoder()
	for name, text := range map[string]string{"订单.csv": teaOrders, "会员.csv": teaMembers} {
		encoded, err := encoder.String(text)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, encoded)
	}
	config := write(t, dir, "pharos.yaml", teaHouse)
	if code, _, talk := pharos(t, "run", "--config", config, "--as-of", "2026-12-02"); code != exitOK {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	for query, want := range map[string]string{
		"select customer_id, orders, revenue, returns, cogs, profit, basis from customer_profit order by profit desc": "customer_id,orders,revenue,returns,cogs,profit,basis\n" +
			"丙003,1,10000000.0100,2000.5000,8.0000,9997991.5100,margin\n" +
			"甲001,2,13580.1700,0.0000,800.2600,12779.9100,margin\n" +
			"乙002,1,80.0000,0.0000,95.1000,-15.1000,margin\n",
		"select customer_id, name, kind, acquired_on from customers order by customer_id": "customer_id,name,kind,acquired_on\n" +
			"丙003,欧阳·小米,consumer,2026-03-08\n" +
			"乙002,南山“老号”；茶业,distributor,2024-02-29\n" +
			"甲001,𠮷野先生,consumer,2025-01-02\n",
		"select product_id, quantity, ordered_on from raw.order_lines where order_id in ('A-2', 'A-3') order by order_id": "product_id,quantity,ordered_on\n" +
			"\"普洱, 陈年\",1.000000,2026-03-09\n" +
			"㐂茶,10.000000,2026-12-01\n",
		"select customer_id, tier from profit_tiers order by rank": "customer_id,tier\n丙003,high\n甲001,medium\n乙002,loss\n",
		"select count(*) as bad from quarantine":                   "bad\n0\n",
	} {
		code, out, talk := pharos(t, "sql", "--config", config, "--format", "csv", query)
		if diff := cmp.Diff(want, out); code != exitOK || diff != "" {
			t.Errorf("%s: exit %d\n%s%s", query, code, diff, talk)
		}
	}
}
