using Microsoft.Playwright;

namespace OrleansChat.Web.Tests.Support;

/// <summary>Pictures of the page, kept beside the tests for people to look at.</summary>
internal static class Pictures
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "pictures");

    public static Task TakeAsync(IPage page, string name) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}.png"), Caret = ScreenshotCaret.Hide });
}
