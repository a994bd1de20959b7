using System.Threading.Tasks.Sources;

namespace ChainHealth.Mpc;

internal enum StrandState
{
    Running,

    /// <summary>It has announced what it sends in the next exchange.</summary>
    Announced,

    /// <summary>It has written what it sends.</summary>
    Written,

    /// <summary>It takes no part in the next exchange.</summary>
    Passing,
}

/// <summary>One of several computations in step (<see cref="Lockstep"/>): an asynchronous method that waits for nothing
/// but exchanges. It goes on where <see cref="Resume"/> is called, and is back when that returns.</summary>
internal sealed class Strand(Func<ValueTask> steps) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _turn;
    private ValueTask _whole;

    public StrandState State { get; private set; }

    public bool IsDone => _whole.IsCompleted;

    /// <summary>For the profile: which step it is in.</summary>
    public string Step { get; set; } = "start";

    public void Start()
    {
        _whole = steps();
        Check();
    }

    public void Resume()
    {
        State = StrandState.Running;
        _turn.SetResult(true);
        Check();
    }

    /// <summary>The strand unwinds; what it throws is not heard.</summary>
    public void Fail(Exception fault)
    {
        if (!IsDone)
        {
            State = StrandState.Running;
            _turn.SetException(fault);
        }
    }

    public ValueTask WaitAsync(StrandState state)
    {
        State = state;
        _turn.Reset();
        return new ValueTask(this, _turn.Version);
    }

    public void GetResult(short token) => _turn.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _turn.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _turn.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    private void Check()
    {
        if (IsDone)
        {
            _whole.GetAwaiter().GetResult();
        }
        else if (State == StrandState.Running)
        {
            throw new InvalidOperationException("a strand waits for something else than an exchange");
        }
    }
}
