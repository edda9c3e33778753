using System.Text;
using System.Text.Json;
using OrleansChat.Gateway.Commands;

namespace OrleansChat.Gateway.Tests.Rest.Support;

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());

    /// <summary>The code of a problem document whose status is that of the answer.</summary>
    public static async Task<int> ProblemAsync(this HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        JsonElement problem = await response.JsonAsync();
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        return problem.GetProperty("code").GetInt32();
    }

    public static CommandResult Ok(string json) => new(Encoding.UTF8.GetBytes(json), null);
}
