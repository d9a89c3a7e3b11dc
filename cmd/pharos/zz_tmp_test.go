package main
import ("testing";"math/rand/v2";"os";"time")
func TestZZMutate(t *testing.T){
 base,_:=os.ReadFile("../../testdata/config/every-key.yaml"); r:=rand.New(rand.NewPCG(1,2)); end:=time.Now().Add(20*time.Second); n:=0
 bits:=[]string{"[","]","{","}",": ","- ","*a","&a ","!x ","~","\n","  ","\"","'","80 %","null","|\n","?","#","\t","\xff","-1","select","[[]]"}
 for time.Now().Before(end){ b:=append([]byte{},base...); for k:=0;k<1+r.IntN(6);k++{ i:=r.IntN(len(b)); switch r.IntN(4){case 0: b=append(b[:i:i],b[min(len(b),i+r.IntN(20)):]...); case 1: s:=bits[r.IntN(len(bits))]; b=append(b[:i:i],append([]byte(s),b[i:]...)...); case 2: b[i]=byte(r.IntN(256)); case 3: j:=r.IntN(len(b)); b=append(b[:i:i],append([]byte(string(b[j:min(len(b),j+30)])),b[i:]...)...)}; if len(b)==0{break} }
  cfg,err:=parseConfig("p.yaml",b); if (cfg==nil)==(err==nil){t.Fatal("x")}; n++ }
 t.Log(n)
}
