using System.Text;
using OrleansChat.Redis;
using OrleansChat.Server.Options;

namespace OrleansChat.Server.Doors;

/// <summary>
/// The one line on standard output that scripts wait for: <c>ready http=... line=... resp=... redis=... node=...</c>.
/// Somebody at a terminal is first told the same at more length.
/// </summary>
internal static class ReadyLine
{
    public static async Task WriteAsync(TextWriter output, bool watched, DoorAddresses doors, RedisAddress redis, string node, ServerOptions options)
    {
        StringBuilder text = new();
        if (watched)
        {
            Banner(text, doors, redis, options);
        }

        text.Append("ready http=").Append(doors.Http)
            .Append(" line=").Append(doors.Line)
            .Append(" resp=").Append(doors.Resp)
            .Append(" redis=").Append(redis)
            .Append(" node=").Append(node).Append('\n');

        // In one piece: lines of the log cannot come between.
        await output.WriteAsync(text);
        await output.FlushAsync();
    }

    private static void Banner(StringBuilder text, DoorAddresses doors, RedisAddress redis, ServerOptions options)
    {
        void Row(string name, string value) => text.Append("  ").Append(name.PadRight(12)).Append(value).Append('\n');

        string webSocket = "ws" + doors.Http["http".Length..];
        text.Append("\nOrleansChat\n\n");
        Row("web client", doors.Http + "/");
        Row("WebSocket", webSocket + "/ws");
        Row("REST", doors.Http + "/api/v1   documentation: " + doors.Http + "/docs");
        Row("line", doors.Line);
        Row("RESP", doors.Resp);
        Row("Redis", options.Redis is null ? $"{redis}   private, in {options.Data}" : redis.ToString());
        Row("guests", options.Guests ? "may come in" : "may not come in");
        text.Append("\nCtrl-C stops it.\n\n");
    }
}
