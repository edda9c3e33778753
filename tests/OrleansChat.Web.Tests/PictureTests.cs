using Microsoft.Playwright;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

/// <summary>The two pictures of the README; <c>docs/images/make.sh</c> puts them there.</summary>
public sealed class PictureTests(WebFixture fixture)
{
    [Fact]
    public async Task The_pictures_of_the_readme_are_taken()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        Scene scene = await Scene.SetAsync(cluster, plain: true);
        IPage page = scene.Alice.Page;
        await page.SetViewportSizeAsync(1280, 800);
        await page.Mouse.MoveAsync(0, 0);

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await scene.ShowAsync(scene.Direct);
        await scene.Alice.SeesAsync("See you at seven?");
        await page.GetByText("Pinned message").WaitForAsync();
        await page.GetByTitle("Read").First.WaitForAsync();
        await Pictures.TakeAsync(page, "conversation-light");

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await scene.ShowAsync($"group:{scene.Group}");
        await scene.Alice.SeesAsync("Set list so far");
        await scene.Alice.Button("Details").ClickAsync();
        await page.Locator("[data-member]").Nth(3).WaitForAsync();
        await page.Mouse.MoveAsync(0, 0);
        await Pictures.TakeAsync(page, "group-dark");
        Assert.True(File.Exists(Path.Combine(Pictures.Folder, "group-dark.png")));
    }
}
