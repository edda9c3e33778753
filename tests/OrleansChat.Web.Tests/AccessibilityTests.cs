using Microsoft.Playwright;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

/// <summary>axe-core looks at every screen in both themes, and a picture of each is kept.</summary>
public sealed class AccessibilityTests(WebFixture fixture)
{
    private static readonly Lazy<string> Axe = new(() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));

    private const string Check = """
        async () => {
          const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] });
          return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
        }
        """;

    private readonly List<string> _found = [];

    [Theory]
    [InlineData("desktop", 1280, 800)]
    [InlineData("phone", 360, 740)]
    public async Task No_screen_violates_a_rule_of_axe_in_either_theme(string device, int width, int height)
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson stranger = await cluster.OpenAsync(cluster.Name("stranger"), cluster.North);
        await stranger.Page.SetViewportSizeAsync(width, height);
        await LookAsync(stranger.Page, $"{device}-welcome");

        Scene scene = await Scene.SetAsync(cluster);
        WebPerson alice = scene.Alice;
        IPage page = alice.Page;
        await page.SetViewportSizeAsync(width, height);
        await LookAsync(page, $"{device}-list");
        await scene.ShowAsync(scene.Direct);
        await alice.SeesAsync("See you at seven?");
        await LookAsync(page, $"{device}-conversation");
        await alice.Message("See you at seven?").PressAsync("m");
        await LookAsync(page, $"{device}-menu");
        await page.Keyboard.PressAsync("Escape");
        await alice.Button("Insert emoji").ClickAsync();
        await LookAsync(page, $"{device}-emoji");
        await page.Keyboard.PressAsync("Escape");

        await scene.ShowAsync($"group:{scene.Group}");
        await alice.SeesAsync("Set list so far");
        await LookAsync(page, $"{device}-group");
        await alice.Button("Details").ClickAsync();
        await alice.Button("Group settings").ClickAsync();
        await LookAsync(page, $"{device}-details");
        await GoAsync(page, "people");
        await page.Locator("[data-person]").First.WaitForAsync();
        await LookAsync(page, $"{device}-people");
        await page.Locator("[data-item]").First.ClickAsync();
        await LookAsync(page, $"{device}-profile");
        await page.Keyboard.PressAsync("Escape");
        await GoAsync(page, "groups");
        await page.Locator("[data-group]").First.WaitForAsync();
        await alice.Button("New group").ClickAsync();
        await LookAsync(page, $"{device}-new-group");
        await page.Keyboard.PressAsync("Escape");
        await LookAsync(page, $"{device}-groups");
        await GoAsync(page, "settings");
        await LookAsync(page, $"{device}-settings");
        await page.Keyboard.PressAsync("?");
        await LookAsync(page, $"{device}-shortcuts");
        Assert.Empty(_found);
    }

    private static async Task GoAsync(IPage page, string section) =>
        await page.EvaluateAsync("section => { location.hash = `#/${section}`; }", section);

    private async Task LookAsync(IPage page, string screen)
    {
        foreach (ColorScheme theme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            string name = $"{screen}-{(theme == ColorScheme.Light ? "light" : "dark")}";
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            await Pictures.TakeAsync(page, name);
            if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
            {
                await page.EvaluateAsync(Axe.Value);
            }

            _found.AddRange((await page.EvaluateAsync<string[]>(Check)).Select(violation => $"{name}: {violation}"));
            bool wide = await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth");
            Assert.False(wide, $"{name} is wider than the window.");
        }
    }
}
