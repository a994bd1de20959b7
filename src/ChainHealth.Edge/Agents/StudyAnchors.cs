using ChainHealth.Federation;
using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>Where this institution's public anchors come from: the study's public data set, or, for who brings records
/// of their own, the file that the provider exported.</summary>
/// <param name="Path">Of the file, for messages.</param>
internal sealed record StudyAnchors(string? Path, AnchorFile? File)
{
    public static StudyAnchors None { get; } = new(null, null);

    /// <exception cref="DatasetException">No anchors, or not those of this data set: the file, what is wrong, what to
    /// do.</exception>
    public static StudyAnchors Load(string? path, Dataset dataset)
    {
        if (path is null)
        {
            return None;
        }

        var file = AnchorFile.Read(path);
        string? fault = file.Misfit(dataset.Name, dataset.Schema.Shape, dataset.Schema.ClassNames);
        if (fault is null && IsPublicSet(dataset, file.Dataset)
            && AnchorFile.ChecksumOf(dataset, file.PerClass) != file.Checksum)
        {
            fault = $"its anchors are not those of the public set '{dataset.Name}' that is here; leave --anchors away, "
                + "or ask the study's provider which is right";
        }

        return fault is null ? new StudyAnchors(path, file) : throw new DatasetException($"{path}: {fault}");
    }

    /// <summary>All training records that are this institution's own: a public set's anchors belong to nobody, records
    /// of its own all count.</summary>
    public Records Private(Dataset dataset) =>
        File is null || IsPublicSet(dataset, File.Dataset) ? Partition.Private(dataset) : dataset.Train;

    /// <summary>Why the file must not be used for this plan; null = it may, or there is none.</summary>
    public string? Fault(RunPlan plan)
    {
        if (File is null || plan.Recipe.AnchorsPerClass == 0)
        {
            return null;
        }

        string? fault = File.Misfit("the plan", plan.Architecture.Input, plan.ClassNames)
            ?? (File.Dataset == plan.Dataset && File.PerClass == plan.Recipe.AnchorsPerClass ? null
                : $"it holds {File.PerClass} anchors of each class of '{File.Dataset}', the plan wants "
                    + $"{plan.Recipe.AnchorsPerClass} of '{plan.Dataset}'; ask the study's provider for that file")
            ?? (File.Checksum == plan.Recipe.Anchors ? null
                : $"its SHA-256 is {File.Checksum}, the plan's anchors have {plan.Recipe.Anchors}; ask the study's "
                    + "provider for that file");
        return fault is null ? null : $"{Path}: {fault}";
    }

    /// <summary>What a person should know before such a run is trained; null where the plan's anchors are
    /// here.</summary>
    public string? Lack(RunPlan plan, Dataset dataset) =>
        plan.Recipe.AnchorsPerClass == 0 || File is not null
            || AnchorFile.ChecksumOf(dataset, plan.Recipe.AnchorsPerClass) == plan.Recipe.Anchors ? null
            : $"the plan trains with {plan.Recipe.AnchorsPerClass} public anchors of each class of '{plan.Dataset}', "
                + $"which '{dataset.Name}' lacks: updates of this hospital may be refused. Ask the provider for its "
                + "anchor file and start with --anchors FILE";

    /// <summary>The plan's anchors; without them, as many of the own records stand in.</summary>
    /// <exception cref="DatasetException">The file is of another study.</exception>
    public Records For(RunPlan plan, Dataset dataset) =>
        plan.Recipe.AnchorsPerClass == 0 || File is null
            ? AnchorRecords.Split(dataset, plan.Recipe.AnchorsPerClass).Anchors
            : Fault(plan) is { } fault ? throw new DatasetException(fault) : File.Records;

    /// <summary>A file of the user that happens to bear a known set's name is not that set.</summary>
    private static bool IsPublicSet(Dataset dataset, string name) => dataset.Name == name
        && (DatasetCatalog.Find(name) is not { } entry || dataset.Provenance == entry.Source);
}
