using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChainHealth.Dashboard.Prediction;

/// <summary>Measured figures of one data set, as results/screening.json holds them.</summary>
public sealed record MeasuredScreening(
    string Dataset, int Seeds, int Held, double AucMin, double AucMax, double Detected, double FalsePositives,
    double Unsure, double SureAccuracy, double CalibrationError, IReadOnlyList<MeasuredTrigger> Triggers);

public sealed record MeasuredTrigger(string Look, double Detected);

/// <summary>What `chainhealth dataset screen` measured; the page shows no figure of its own.</summary>
public sealed class ScreeningResults
{
    private static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Lazy<IReadOnlyList<MeasuredScreening>> _all = new(Read);

    /// <summary>Null where this data set was not measured.</summary>
    public MeasuredScreening? Of(string dataset) => _all.Value.FirstOrDefault(r => r.Dataset == dataset);

    private static IReadOnlyList<MeasuredScreening> Read()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "wwwroot", "results", "screening.json");
        return File.Exists(path)
            ? JsonSerializer.Deserialize<Results>(File.ReadAllText(path), Reading)?.Items ?? [] : [];
    }

    private sealed record Results([property: JsonPropertyName("results")] IReadOnlyList<MeasuredScreening> Items);
}
