using System.Diagnostics;

namespace ChainHealth.Mpc;

/// <summary>Cost of one step (a layer, or what lies between the layers) at one party. Seconds are wall time; what is
/// neither network nor tags is local computation. NetworkCpuSeconds is what the process spent on TLS and the socket in
/// that time; the rest of NetworkSeconds it waited.</summary>
public sealed record StepCost(string Step, int Exchanges, long BytesSent, double Seconds, double NetworkSeconds,
    double NetworkCpuSeconds, double TagSeconds)
{
    public double ComputeSeconds => Seconds - NetworkSeconds - TagSeconds;
}

/// <summary>Where the time of a session goes, step by step. For measurements; a session without one pays nothing.
/// </summary>
public sealed class MpcProfile
{
    private readonly List<StepCost> _steps = [];
    private StepCost _current = Empty("start");
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>The step under way.</summary>
    public string Current => _current.Step;

    /// <summary>Ends the step under way and begins the next one.</summary>
    public void Enter(string step)
    {
        Close();
        _current = Empty(step);
    }

    /// <summary>All steps in order; those of one name are summed.</summary>
    public IReadOnlyList<StepCost> Finish()
    {
        Close();
        _current = Empty("end");
        return [.. _steps.GroupBy(s => s.Step).Select(g => new StepCost(g.Key, g.Sum(s => s.Exchanges),
            g.Sum(s => s.BytesSent), g.Sum(s => s.Seconds), g.Sum(s => s.NetworkSeconds),
            g.Sum(s => s.NetworkCpuSeconds), g.Sum(s => s.TagSeconds)))];
    }

    internal void Exchanged(long began, TimeSpan cpuBefore, long bytes) => _current = _current with
    {
        Exchanges = _current.Exchanges + 1,
        BytesSent = _current.BytesSent + bytes,
        NetworkSeconds = _current.NetworkSeconds + Stopwatch.GetElapsedTime(began).TotalSeconds,
        NetworkCpuSeconds = _current.NetworkCpuSeconds + (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds,
    };

    internal void Tagged(long began) => _current = _current with
    {
        TagSeconds = _current.TagSeconds + Stopwatch.GetElapsedTime(began).TotalSeconds,
    };

    private static StepCost Empty(string step) => new(step, 0, 0, 0, 0, 0, 0);

    private void Close()
    {
        long now = Stopwatch.GetTimestamp();
        _steps.Add(_current with { Seconds = Stopwatch.GetElapsedTime(_since, now).TotalSeconds });
        _since = now;
    }
}
