using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>What is measured: so many models of a kind on so many records, repeated.</summary>
/// <param name="Parties">Where the four parties run: <see cref="Processes"/> or <see cref="InProcess"/>.</param>
internal sealed record BenchOptions(
    string Model, int Models, int Batch, int Repeat, string Parties = BenchOptions.Processes,
    string Checks = BenchOptions.Accuracy)
{
    /// <summary>Accuracy and recall alone, or every check that a plan can ask for.</summary>
    public const string Accuracy = "accuracy";
    public const string AllChecks = "all";

    /// <summary>A process each, TLS between them.</summary>
    public const string Processes = "processes";

    /// <summary>All in one process, messages copied in memory.</summary>
    public const string InProcess = "inproc";

    /// <summary>In place of a model: aggregation of Models updates of Batch parameters.</summary>
    public const string Aggregate = "aggregate";
    public const int ParametersMax = 4_000_000;

    public const int BatchMax = 2048;
    public const int ModelsMax = 64;
    public const int RepeatMax = 100;

    /// <summary>Null where the options can be measured.</summary>
    public string? Fault() =>
        Parties is not (Processes or InProcess) ? $"--parties {Parties}: {Processes} or {InProcess} is wanted" :
        Checks is not (Accuracy or AllChecks) ? $"--checks {Checks}: {Accuracy} or {AllChecks} is wanted" :
        Model == Aggregate ? AggregateFault() :
        Batch is < 1 or > BatchMax ? $"--batch {Batch}: 1 to {BatchMax} is wanted"
        : Models is < 1 or > ModelsMax ? $"--models {Models}: 1 to {ModelsMax} is wanted"
        : Repeat is < 1 or > RepeatMax ? $"--repeat {Repeat}: 1 to {RepeatMax} is wanted"
        : TryCreate(out string? fault) is null ? fault : null;

    private string? AggregateFault() =>
        Models is < SecureAggregation.UpdatesMin or > ModelsMax
            ? $"--hospitals {Models}: {SecureAggregation.UpdatesMin} to {ModelsMax} is wanted"
        : Batch is < 1 or > ParametersMax ? $"--parameters {Batch}: 1 to {ParametersMax} is wanted"
        : Repeat is < 1 or > RepeatMax ? $"--repeat {Repeat}: 1 to {RepeatMax} is wanted" : null;

    public Architecture? TryCreate(out string? fault) => Architectures.TryCreate(
        Model, Model is "mlp" or "conv1d" ? new TensorShape(1, 1, 30) : new TensorShape(1, 28, 28), 2, out fault);
}

/// <summary>One party's part of one measured job.</summary>
/// <param name="Outcome">What came out: equal at all parties.</param>
/// <param name="PeakBytes">Most memory that the process held so far.</param>
/// <param name="BufferBytes">Most memory in shares and messages at a time, part of it.</param>
internal sealed record BenchLine(double Seconds, double CpuSeconds, long BytesSent, long Exchanges, string Outcome,
    long PeakBytes, long BufferBytes, IReadOnlyList<StepCost> Steps);
