using System.Globalization;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>Refuses a demo that cannot be, before anything is created. Names of data sets, models and attacks are asked
/// of the edge program afterwards.</summary>
public static class DemoChecks
{
    /// <exception cref="UserError">The first thing that is wrong.</exception>
    public static void Require(DemoOptions options)
    {
        RequireValidators(options.Validators);
        RequireHospitals(options.Hospitals);
        if (options.Rounds is < 1 or > RunPlan.RoundsMax)
        {
            throw new UserError($"--rounds {options.Rounds} is out of range", $"give 1 to {RunPlan.RoundsMax}");
        }

        RequireAlpha(options.Alpha);
        RequireAttackers(options);
        if (options.Port is int port)
        {
            RequirePort(port, "--port");
        }

        if (options.DataFolder is string data && !Directory.Exists(data))
        {
            throw new UserError(
                $"there is no folder {data}", "give the folder that holds the data sets: --data DIR");
        }

        RequireJsonFile(options.JsonFile);
    }

    public static void RequireValidators(int validators)
    {
        if (!Quorum.IsValid(validators))
        {
            throw new UserError(
                $"{validators} validators are not 3f+1",
                $"give {Quorum.MembersMin}, 7, 10 or another 3f+1 up to {Quorum.MembersMax} with --validators");
        }
    }

    public static void RequireHospitals(int hospitals)
    {
        if (hospitals < RunPlan.MinimumUpdatesFloor)
        {
            throw new UserError(
                $"too few hospitals: {hospitals}",
                $"give at least {RunPlan.MinimumUpdatesFloor} with --hospitals: a sum of fewer shows single updates");
        }

        if (hospitals > RunPlan.HospitalsMax)
        {
            throw new UserError(
                $"too many hospitals: {hospitals}", $"give at most {RunPlan.HospitalsMax} with --hospitals");
        }
    }

    public static void RequirePort(int port, string option)
    {
        if (port is < 1 or > 65535)
        {
            throw new UserError($"{option} {port} is not a port", "give a number from 1 to 65535");
        }
    }

    private static void RequireAlpha(string alpha)
    {
        bool number = double.TryParse(alpha, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        if (alpha != "iid" && (!number || !double.IsFinite(value) || value <= 0))
        {
            throw new UserError(
                $"--alpha {alpha} is neither 'iid' nor a positive number",
                "give for instance --alpha 0.5 or --alpha iid");
        }
    }

    private static void RequireAttackers(DemoOptions options)
    {
        if (options.Attackers > options.Hospitals)
        {
            throw new UserError(
                $"{options.Attackers} attackers among {options.Hospitals} hospitals",
                "lower the counts of --attack or raise --hospitals");
        }

        int honest = options.Hospitals - options.Attackers;
        if (options.Check && honest < RunPlan.MinimumUpdatesFloor)
        {
            throw new UserError(
                $"too few hospitals: {honest} honest ones are left of {options.Hospitals}, and a new model needs "
                + $"{RunPlan.MinimumUpdatesFloor} accepted updates",
                $"raise --hospitals to {options.Attackers + RunPlan.MinimumUpdatesFloor} or more");
        }
    }

    private static void RequireJsonFile(string? file)
    {
        if (file is null or "-")
        {
            return;
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder) || Directory.Exists(file))
        {
            throw new UserError(
                Directory.Exists(file) ? $"{file} is a folder" : $"there is no folder {folder}",
                "give a file in an existing folder: --json FILE");
        }
    }
}
