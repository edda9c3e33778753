using Microsoft.Extensions.Logging.Console;
using OrleansChat.Server.Options;

namespace OrleansChat.Server.Logging;

/// <summary>Where log lines go: standard error, so that standard output holds only what the operator or a script waits for.</summary>
internal static class ConsoleLogging
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static void AddChatConsole(this ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.LogLevel);

        // The framework tells each request at Information, with its query string, where a token may stand.
        LogLevel framework = options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning;
        logging.AddFilter("Microsoft", framework);
        logging.AddFilter("System", framework);
        logging.AddFilter("Orleans.", framework);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(json =>
            {
                json.IncludeScopes = true;
                json.UseUtcTimestamp = true;
                json.TimestampFormat = TimeFormat.TrimEnd();
            });
        }
        else
        {
            // What it says of requests is below the filter anyway; but for each it would make a trace and a scope, which nobody reads.
            logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = TimeFormat;
                text.ColorBehavior = Console.IsErrorRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
            });
        }
    }
}
