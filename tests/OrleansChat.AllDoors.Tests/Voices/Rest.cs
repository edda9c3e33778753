using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>REST by <c>curl</c>.</summary>
internal static class Rest
{
    /// <summary>A guest's token.</summary>
    public static async Task<string> GuestAsync(ServerProcess server, string name) =>
        JsonElement.Parse(await CurlAsync(server, "/api/v1/guests", null, Json(new { name }))).GetProperty("token").GetString()!;

    /// <summary>Makes a guest a member.</summary>
    public static Task JoinAsync(ServerProcess server, string token, string group) =>
        CurlAsync(server, $"/api/v1/groups/{group}/members/me", token, "-X", "PUT");

    public static Task<string> CurlAsync(ServerProcess server, string path, string? token, params string[] arguments)
    {
        string[] bearer = token is null ? [] : ["-H", $"Authorization: Bearer {token}"];
        return Program.RunAsync("curl", ["-sS", "--fail-with-body", "--max-time", "30", .. bearer, .. arguments, new Uri(server.Url, path).ToString()]);
    }

    public static string[] Json(object body) => ["-H", "Content-Type: application/json", "-d", JsonSerializer.Serialize(body)];
}
