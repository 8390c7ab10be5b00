package sdlc

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ParseSettings reads the JSON that the host hands over into a pointer to a struct that holds the defaults.
//
// Fields are strings, bools, numbers, slices, maps with keys of strings, structs, and pointers to them; MaxLines is the
// key max-lines, and the tag doc is a line for editors. All problems are returned at once, each with its key.
func ParseSettings(text string, into any) Problems {
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return Problems{{"", "no JSON: " + err.Error()}}
	}
	var reader settingsReader
	reader.read(value, reflect.ValueOf(into).Elem(), "")
	return reader.problems
}

type settingsReader struct{ problems Problems }

func (r *settingsReader) wrong(key, format string, arguments ...any) {
	r.problems = append(r.problems, Problem{key, fmt.Sprintf(format, arguments...)})
}

func (r *settingsReader) read(value any, into reflect.Value, key string) {
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		r.read(value, into.Elem(), key)
	case reflect.String:
		if text, ok := value.(string); ok {
			into.SetString(text)
		} else {
			r.wrong(key, "must be a string")
		}
	case reflect.Bool:
		if flag, ok := value.(bool); ok {
			into.SetBool(flag)
		} else {
			r.wrong(key, "must be true or false")
		}
	case reflect.Slice:
		r.list(value, into, key)
	case reflect.Map:
		r.dictionary(value, into, key)
	case reflect.Struct:
		r.table(value, into, key)
	default:
		r.number(value, into, key)
	}
}

func (r *settingsReader) number(value any, into reflect.Value, key string) {
	number, ok := value.(json.Number)
	float, err := number.Float64()
	switch {
	case into.CanFloat():
		if !ok || err != nil {
			r.wrong(key, "must be a number")
		} else {
			into.SetFloat(float)
		}
	case !ok || err != nil || float != math.Trunc(float):
		r.wrong(key, "must be an integer")
	case into.CanUint():
		if unsigned, err := strconv.ParseUint(number.String(), 10, 64); err != nil || into.OverflowUint(unsigned) {
			r.wrong(key, "must be between 0 and %d", uint64(math.MaxUint64)>>(64-into.Type().Bits()))
		} else {
			into.SetUint(unsigned)
		}
	default:
		if signed, err := strconv.ParseInt(number.String(), 10, 64); err != nil || into.OverflowInt(signed) {
			r.wrong(key, "is too large")
		} else {
			into.SetInt(signed)
		}
	}
}

func (r *settingsReader) list(value any, into reflect.Value, key string) {
	items, ok := value.([]any)
	if !ok {
		r.wrong(key, "must be a list")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(items), len(items)))
	for i, item := range items {
		r.read(item, into.Index(i), fmt.Sprintf("%s[%d]", key, i))
	}
}

func (r *settingsReader) dictionary(value any, into reflect.Value, key string) {
	items, ok := value.(map[string]any)
	if !ok {
		r.wrong(key, "must be a table")
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, name := range slices.Sorted(maps.Keys(items)) {
		item := reflect.New(into.Type().Elem()).Elem()
		r.read(items[name], item, join(key, name))
		into.SetMapIndex(reflect.ValueOf(name), item)
	}
}

func (r *settingsReader) table(value any, into reflect.Value, key string) {
	items, ok := value.(map[string]any)
	if !ok {
		r.wrong(key, "must be a table")
		return
	}
	known := keys(into.Type())
	for _, name := range slices.Sorted(maps.Keys(items)) {
		if field := slices.Index(known, name); field >= 0 {
			r.read(items[name], into.Field(field), join(key, name))
		} else if len(known) == 0 {
			r.wrong(join(key, name), "unknown key; no settings are known")
		} else {
			r.wrong(join(key, name), "unknown key; known are `%s`", strings.Join(known, "`, `"))
		}
	}
}

// SettingsSchema is a JSON Schema of the settings.
func SettingsSchema(settings any) string {
	text, err := json.Marshal(schema(reflect.TypeOf(settings)))
	if err != nil {
		panic(err)
	}
	return string(text)
}

func schema(of reflect.Type) map[string]any {
	switch of.Kind() {
	case reflect.Pointer:
		return schema(of.Elem())
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schema(of.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schema(of.Elem())}
	case reflect.Struct:
		properties := map[string]any{}
		for i, key := range keys(of) {
			property := schema(of.Field(i).Type)
			if doc := of.Field(i).Tag.Get("doc"); doc != "" {
				property["description"] = doc
			}
			properties[key] = property
		}
		return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	default:
		return map[string]any{"type": "integer"}
	}
}

// keys are the fields of a struct in kebab-case.
func keys(of reflect.Type) []string {
	names := make([]string, of.NumField())
	for i := range names {
		var key strings.Builder
		for at, r := range of.Field(i).Name {
			if at > 0 && 'A' <= r && r <= 'Z' {
				key.WriteByte('-')
			}
			key.WriteRune(r)
		}
		names[i] = strings.ToLower(key.String())
	}
	return names
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}
