using System.Globalization;

namespace OrleansChat.Load;

/// <summary>What servers on .NET have allocated, from their metrics.</summary>
internal static class Allocations
{
    private const string Metric = "dotnet_gc_heap_total_allocated_bytes_total ";

    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Bytes allocated by all of them since they started; null when one does not say.</summary>
    public static async Task<double?> ReadAsync(IEnumerable<Uri> urls, CancellationToken cancel)
    {
        double sum = 0;
        foreach (var url in urls)
        {
            if (await ReadAsync(new Uri(url, "/metrics"), cancel) is not { } allocated)
            {
                return null;
            }

            sum += allocated;
        }

        return sum;
    }

    private static async Task<double?> ReadAsync(Uri metrics, CancellationToken cancel)
    {
        try
        {
            using var answer = await _http.GetAsync(metrics, cancel);
            var text = answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancel) : "";
            return text.Split('\n').FirstOrDefault(line => line.StartsWith(Metric, StringComparison.Ordinal)) is { } line
                ? double.Parse(line[Metric.Length..], CultureInfo.InvariantCulture)
                : null;
        }
        catch (Exception none) when (none is HttpRequestException || (none is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }
}
