import { exp } from "../../assembly/network/exp";
describe("try", () => {
  it("a", () => {
    const zs: StaticArray<f32> = [-1, -40, -80, -85, -86, -86.06884, -86.5, -87];
    for (let i = 0; i < zs.length; i++) log<string>(`${zs[i]} ${exp(zs[i])} ${reinterpret<i32>(exp(zs[i]))} ${NativeMath.exp(f64(zs[i]))}`);
    for (let n = 0; n <= 125; n++) {
      const edge = <f32>(-(f64(n) + 0.5) * 0.6931471805599453);
      for (let places = -50; places <= 50; places++) {
        const z = reinterpret<f32>(reinterpret<i32>(edge) + places);
        const e=NativeMath.exp(f64(z));
        if (abs<f64>(f64(exp(z))/e-1)>1e-6) {log<string>(`${n} ${places} ${z} ${exp(z)}`);break;}
    } }
  });
});
